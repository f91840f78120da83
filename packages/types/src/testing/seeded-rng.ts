import type { Rng } from '../rng.js';

/** Repeatable chance from a seed (xoshiro128**). Not for keys. */
export function seededRng(seed: number): Rng {
  // splitmix32 spreads a small seed over the whole state.
  let mix = seed >>> 0;
  const state = Uint32Array.from({ length: 4 }, () => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  });
  const rotl = (x: number, k: number) => ((x << k) | (x >>> (32 - k))) >>> 0;
  const next = () => {
    const [s0, s1, s2, s3] = state as unknown as [number, number, number, number];
    const result = Math.imul(rotl(Math.imul(s1, 5) >>> 0, 7), 9) >>> 0;
    const t = (s1 << 9) >>> 0;
    const x2 = s2 ^ s0;
    const x3 = s3 ^ s1;
    state[1] = s1 ^ x2;
    state[0] = s0 ^ x3;
    state[2] = x2 ^ t;
    state[3] = rotl(x3 >>> 0, 11);
    return result;
  };
  return {
    fill(target) {
      for (let i = 0; i < target.length; i += 4) {
        let word = next();
        for (let j = i; j < Math.min(i + 4, target.length); j++) {
          target[j] = word & 0xff;
          word >>>= 8;
        }
      }
      return target;
    },
  };
}

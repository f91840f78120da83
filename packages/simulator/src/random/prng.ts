import type { Rng } from '@diemnet/types';

/**
 * Repeatable chance (sfc32), fast enough to be asked for every segment on every link. Not for keys outside of
 * simulations: whoever knows the seed knows all of it.
 */
export class Prng implements Rng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Equal seeds and labels give equal sequences; any difference gives unrelated ones. */
  constructor(seed: number, ...labels: readonly (string | number)[]) {
    this.#a = mix(0x9e3779b9, seed >>> 0);
    this.#b = mix(0x243f6a88, Math.floor(seed / 2 ** 32) >>> 0);
    this.#c = hashLabels(labels);
    for (let i = 0; i < 15; i++) this.nextU32();
  }

  /** A uniform integer in [0, 2^32). */
  nextU32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** A uniform number in [0, 1). */
  unit(): number {
    return this.nextU32() / 2 ** 32;
  }

  /** A uniform integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  fill(target: Uint8Array): Uint8Array {
    for (let i = 0; i < target.length; i += 4) {
      let word = this.nextU32();
      for (let j = i; j < i + 4 && j < target.length; j++) {
        target[j] = word & 0xff;
        word >>>= 8;
      }
    }
    return target;
  }
}

function hashLabels(labels: readonly (string | number)[]): number {
  let hash = 0xb7e15162;
  for (const label of labels) {
    const text = `${typeof label}:${label};`;
    for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  }
  return hash;
}

function mix(hash: number, value: number): number {
  let z = Math.imul(hash ^ value, 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

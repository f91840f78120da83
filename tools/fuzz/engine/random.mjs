/** A small, fast, seeded source of chance: the same seed gives the same inputs on every machine (xoshiro128**). */
export class Random {
  #s;

  constructor(seed) {
    let state = seed >>> 0;
    // Spread one 32-bit seed over the state (splitmix32), so that neighbouring seeds have nothing in common.
    const spread = () => {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    this.#s = Uint32Array.of(spread(), spread(), spread(), spread());
  }

  /** 32 random bits. */
  u32() {
    const s = this.#s;
    const mixed = Math.imul(s[1], 5);
    const result = Math.imul((mixed << 7) | (mixed >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** From 0 up to, not including, `count`. */
  below(count) {
    return count <= 1 ? 0 : this.u32() % count;
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}

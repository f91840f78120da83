/** Source of chance, injected so that whole networks can be repeated from a seed. */
export interface Rng {
  /** Fills `target` with random bytes and returns it. */
  fill(target: Uint8Array): Uint8Array;
}

/** The real one: cryptographically secure. */
export const systemRng: Rng = Object.freeze({
  fill(target: Uint8Array): Uint8Array {
    // Web Crypto refuses more than 65,536 bytes at once.
    for (let at = 0; at < target.length; at += 65536) {
      // eslint-disable-next-line no-restricted-properties -- the one place where chance enters
      globalThis.crypto.getRandomValues(target.subarray(at, at + 65536) as Uint8Array<ArrayBuffer>);
    }
    return target;
  },
});

/** A uniform integer in [0, 2^32). */
export function randomU32(rng: Rng): number {
  const bytes = new Uint8Array(4);
  rng.fill(bytes);
  return new DataView(bytes.buffer).getUint32(0);
}

/** A uniform number in [0, 1). */
export function randomUnit(rng: Rng): number {
  return randomU32(rng) / 2 ** 32;
}

/** A uniform integer in [0, bound), for bounds up to 2^32. */
export function randomBelow(rng: Rng, bound: number): number {
  return Math.floor(randomUnit(rng) * bound);
}

/** Shuffles in place (Fisher-Yates) and returns `items`. */
export function shuffle<T>(rng: Rng, items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = randomBelow(rng, i + 1);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

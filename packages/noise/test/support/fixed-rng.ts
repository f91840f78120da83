import { hexToBytes, type Rng } from '@diemnet/types';

/** Gives these bytes, one after the other: the ephemeral keys of a vector. */
export function fixedRng(...hex: string[]): Rng {
  const left = hex.map(hexToBytes);
  return {
    fill(target) {
      const next = left.shift();
      if (next?.length !== target.length) throw new RangeError('the vector has no such random bytes');
      target.set(next);
      return target;
    },
  };
}

/** Chance that fails. */
export const brokenRng: Rng = {
  fill() {
    throw new RangeError('no entropy');
  },
};

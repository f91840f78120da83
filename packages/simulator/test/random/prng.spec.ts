import { Prng } from '../../src/index.js';

const draws = (prng: Prng) => Array.from({ length: 5 }, () => prng.nextU32());

describe('Prng', () => {
  it('repeats itself for the same seed and labels, and only for these', () => {
    const sequence = draws(new Prng(7, 'node', 1));
    expect(draws(new Prng(7, 'node', 1))).toEqual(sequence);
    const others = [
      new Prng(8, 'node', 1),
      new Prng(7, 'node', 2),
      new Prng(7, 'node', '1'),
      new Prng(7, 'node1'),
      new Prng(7 + 2 ** 32, 'node', 1),
    ].map(draws);
    expect(new Set([sequence, ...others].map(String)).size).toBe(6);
  });

  it('is spread evenly', () => {
    const prng = new Prng(1);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const at = prng.below(10);
      buckets[at] = (buckets[at] as number) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(prng.pick(['only'])).toBe('only');
  });

  it('fills any number of bytes', () => {
    for (const length of [0, 1, 3, 4, 5, 33]) {
      const bytes = new Prng(3).fill(new Uint8Array(length));
      expect(bytes).toHaveLength(length);
      if (length > 4) expect(new Set(bytes).size).toBeGreaterThan(1);
    }
    expect(new Prng(3).fill(new Uint8Array(7))).toEqual(new Prng(3).fill(new Uint8Array(8)).subarray(0, 7));
  });
});

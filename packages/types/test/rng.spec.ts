import { randomBelow, randomU32, randomUnit, shuffle, systemRng, type Rng } from '../src/index.js';
import { seededRng } from '../src/testing/index.js';

const constant = (byte: number): Rng => ({ fill: (target) => target.fill(byte) });

it('fills any length with fresh bytes', () => {
  const long = systemRng.fill(new Uint8Array(200_000));
  // The chance that any of these stretches is all zero by itself is 2^-800.
  for (let at = 0; at < long.length; at += 20_000) {
    expect(long.subarray(at, at + 100).some((byte) => byte !== 0)).toBe(true);
  }
  expect(systemRng.fill(new Uint8Array(32))).not.toEqual(systemRng.fill(new Uint8Array(32)));
  const target = new Uint8Array(4);
  expect(systemRng.fill(target)).toBe(target);
});

it('stays within bounds at both ends', () => {
  expect(randomU32(constant(0))).toBe(0);
  expect(randomU32(constant(255))).toBe(2 ** 32 - 1);
  expect(randomUnit(constant(255))).toBeLessThan(1);
  expect(randomBelow(constant(255), 10)).toBe(9);
  expect(randomBelow(constant(0), 10)).toBe(0);
});

it('draws every value below a bound about equally often', () => {
  const rng = seededRng(1);
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 6000; i++) counts[randomBelow(rng, 6)]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

it('shuffles in place, repeatably by seed, and keeps every item', () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  const first = shuffle(seededRng(7), [...items]);
  expect(first).not.toEqual(items);
  expect([...first].sort((a, b) => a - b)).toEqual(items);
  expect(shuffle(seededRng(7), [...items])).toEqual(first);
  expect(shuffle(seededRng(8), [...items])).not.toEqual(first);
});

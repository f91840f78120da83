import { bytesToHex } from '@diemnet/types';
import { NonceCounter } from '../../src/session/nonce-counter.js';

const some = (start: bigint, count: number) => {
  const counter = new NonceCounter(start);
  return Array.from({ length: count }, () => bytesToHex(counter.next()));
};

describe('NonceCounter', () => {
  it('counts from 0: four zero bytes, then 64 bits, big endian [C-107]', () => {
    expect(some(0n, 2)).toEqual(['000000000000000000000000', '000000000000000000000001']);
    expect(some(255n, 2)).toEqual(['0000000000000000000000ff', '000000000000000000000100']);
  });

  it('carries into the upper half [C-107]', () => {
    expect(some(2n ** 32n - 1n, 2)).toEqual(['0000000000000000ffffffff', '000000000000000100000000']);
    expect(some(0x0123_4567_ffff_ffffn, 2)).toEqual(['0000000001234567ffffffff', '000000000123456800000000']);
  });

  it('shows the next value without counting', () => {
    const counter = new NonceCounter(2n ** 64n - 2n);
    for (let i = 0; i < 2; i++)
      expect(bytesToHex(counter.peek() as Uint8Array)).toBe('00000000fffffffffffffffe');
    counter.next();
    expect(counter.peek()).toBeUndefined();
  });

  it('never gives out the last value', () => {
    const counter = new NonceCounter(2n ** 64n - 2n);
    expect(bytesToHex(counter.next())).toBe('00000000fffffffffffffffe');
    for (let i = 0; i < 2; i++) {
      expect(() => counter.next()).toThrow(expect.objectContaining({ code: 'ERR_NOISE_NONCE_OVERFLOW' }));
    }
  });

  it.each([-1n, 2n ** 64n])('refuses to start at %d', (start) => {
    expect(() => new NonceCounter(start)).toThrow(
      expect.objectContaining({ code: 'ERR_NOISE_INVALID_OPTION' }),
    );
  });
});

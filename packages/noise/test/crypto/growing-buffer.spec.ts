import fc from 'fast-check';
import { GrowingBuffer } from '../../src/crypto/growing-buffer.js';
import { concat, expectBytes, pattern } from '../support/bytes.js';

describe('GrowingBuffer', () => {
  it('collects parts in order and starts over', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(3000), { maxLength: 6 }), { maxLength: 4 }), (rounds) => {
        const buffer = new GrowingBuffer();
        for (const lengths of rounds) {
          const parts = lengths.map((length, i) => pattern(length, i));
          for (const part of parts) buffer.append(part);
          expectBytes(buffer.view(), concat(parts));
          expect(buffer.length).toBe(concat(parts).length);
          buffer.reset();
          expect(buffer.view()).toHaveLength(0);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('overwrites what it held', () => {
    const buffer = new GrowingBuffer();
    buffer.append(pattern(100, 1));
    const view = buffer.view();
    buffer.reset();
    expect(view).toEqual(new Uint8Array(100));
  });
});

import fc from 'fast-check';
import { ChunkQueue } from '../../src/session/chunk-queue.js';
import { concat, pattern } from '../support/bytes.js';

describe('ChunkQueue', () => {
  it('gives back what was put in, in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 }),
        (lengths, sizes) => {
          const queue = new ChunkQueue();
          const chunks = lengths.map((length, i) => pattern(length, i));
          for (const chunk of chunks) queue.push(chunk);
          const taken: Uint8Array[] = [];
          for (let i = 0; queue.bytes > 0; i++) {
            const piece = queue.peek(sizes[i % sizes.length] as number);
            expect(piece.length).toBeGreaterThan(0);
            taken.push(Uint8Array.from(piece));
            queue.skip(piece.length);
          }
          expect(concat(taken)).toEqual(concat(chunks));
          expect(queue.peek(10)).toHaveLength(0);
        },
      ),
    );
  });

  it('gives a whole chunk as it is, without a view', () => {
    const queue = new ChunkQueue();
    const chunk = pattern(10, 1);
    queue.push(chunk);
    expect(queue.peek(10)).toBe(chunk);
    queue.clear();
    expect(queue.bytes).toBe(0);
  });
});

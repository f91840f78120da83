import fc from 'fast-check';
import { ChunkBacklog } from '../src/chunk-backlog.js';

it('gives back what was put in, in order, in pieces of any size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 200 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (chunks, sizes) => {
        const backlog = new ChunkBacklog();
        for (const chunk of chunks) backlog.push(chunk);
        const out: number[] = [];
        for (let i = 0; backlog.bytes > 0; i++) {
          const size = sizes[i % sizes.length] as number;
          const piece = backlog.take(size);
          expect(piece?.length).toBeGreaterThan(0);
          expect(piece?.length).toBeLessThanOrEqual(size);
          out.push(...(piece as Uint8Array));
        }
        expect(out).toEqual(chunks.flatMap((chunk) => [...chunk]));
        expect(backlog.take(5)).toBeUndefined();
      },
    ),
  );
});

it('gives nothing for no tokens, and nothing once cleared', () => {
  const backlog = new ChunkBacklog();
  backlog.push(Uint8Array.of(1, 2));
  expect(backlog.take(0)).toBeUndefined();
  backlog.clear();
  expect(backlog.bytes).toBe(0);
  expect(backlog.take(9)).toBeUndefined();
});

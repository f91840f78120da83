import fc from 'fast-check';
import { ChunkQueue } from '../src/chunk-queue.js';

it('gives chunks back whole and in order, as an array does, without the empty ones', () => {
  const steps = fc.array(fc.oneof(fc.nat(3), fc.constant('take' as const)), { maxLength: 300 });
  fc.assert(
    fc.property(steps, (todo) => {
      const queue = new ChunkQueue();
      const model: Uint8Array[] = [];
      for (const step of todo) {
        if (step === 'take') {
          expect(queue.take()).toBe(model.shift());
        } else {
          const chunk = new Uint8Array(step);
          queue.push(chunk);
          if (step > 0) model.push(chunk);
        }
        expect(queue.length).toBe(model.length);
        expect(queue.bytes).toBe(model.reduce((sum, { length }) => sum + length, 0));
      }
      queue.clear();
      expect([queue.length, queue.bytes, queue.take()]).toEqual([0, 0, undefined]);
    }),
  );
});

it('gives back what was put in, in pieces of any size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 200 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (chunks, sizes) => {
        const queue = new ChunkQueue();
        for (const chunk of chunks) queue.push(chunk);
        const out: number[] = [];
        for (let i = 0; queue.bytes > 0; i++) {
          const size = sizes[i % sizes.length] as number;
          const piece = queue.take(size) as Uint8Array;
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(size);
          out.push(...piece);
        }
        expect(out).toEqual(chunks.flatMap((chunk) => [...chunk]));
        expect(queue.take(5)).toBeUndefined();
      },
    ),
  );
});

it('keeps its order over thousands of chunks', () => {
  const queue = new ChunkQueue();
  let next = 0;
  for (let i = 0; i < 5000; i++) {
    queue.push(Uint8Array.of(i & 0xff));
    if (i % 2 === 1) expect(queue.take()).toEqual(Uint8Array.of(next++ & 0xff));
  }
  while (queue.length > 0) expect(queue.take()).toEqual(Uint8Array.of(next++ & 0xff));
  expect(next).toBe(5000);
});

it('gives nothing for no bytes', () => {
  const queue = new ChunkQueue();
  queue.push(Uint8Array.of(1, 2));
  expect(queue.take(0)).toBeUndefined();
  expect(queue.bytes).toBe(2);
});

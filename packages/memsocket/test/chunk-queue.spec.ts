import fc from 'fast-check';
import { ChunkQueue } from '../src/chunk-queue.js';

describe('ChunkQueue', () => {
  it('behaves as an array does', () => {
    const steps = fc.array(fc.oneof(fc.nat(3), fc.constant('shift' as const)), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (todo) => {
        const queue = new ChunkQueue();
        const model: Uint8Array[] = [];
        for (const step of todo) {
          if (step === 'shift') {
            expect(queue.shift()).toBe(model.shift());
          } else {
            const chunk = new Uint8Array(step);
            queue.push(chunk);
            model.push(chunk);
          }
          expect(queue.length).toBe(model.length);
          expect(queue.bytes).toBe(model.reduce((sum, { length }) => sum + length, 0));
        }
        queue.clear();
        expect([queue.length, queue.bytes, queue.shift()]).toEqual([0, 0, undefined]);
      }),
    );
  });

  it('keeps its order over thousands of chunks', () => {
    const queue = new ChunkQueue();
    let next = 0;
    for (let i = 0; i < 5000; i++) {
      queue.push(Uint8Array.of(i & 0xff));
      if (i % 2 === 1) expect(queue.shift()).toEqual(Uint8Array.of(next++ & 0xff));
    }
    while (queue.length > 0) expect(queue.shift()).toEqual(Uint8Array.of(next++ & 0xff));
    expect(next).toBe(5000);
  });
});

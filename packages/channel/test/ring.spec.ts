import fc from 'fast-check';
import { Ring } from '../src/ring.js';

it('behaves like an array for any sequence of operations', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('push', 'push', 'front', 'back')), (steps) => {
      const ring = new Ring<number>();
      const model: number[] = [];
      steps.forEach((step, i) => {
        if (step === 'push') {
          ring.pushBack(i);
          model.push(i);
        } else {
          expect(step === 'front' ? ring.popFront() : ring.popBack()).toBe(
            step === 'front' ? model.shift() : model.pop(),
          );
        }
        expect(ring.length).toBe(model.length);
      });
    }),
  );
});

it('takes from the front of a long queue in constant time', () => {
  const ring = new Ring<number>();
  const count = 300_000;
  for (let i = 0; i < count; i++) ring.pushBack(i);
  let sum = 0;
  for (let item = ring.popFront(); item !== undefined; item = ring.popFront()) sum += item;
  expect(sum).toBe((count * (count - 1)) / 2);
});

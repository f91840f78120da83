import fc from 'fast-check';
import { EventHeap, type VirtualEvent } from '../../src/time/event-heap.js';

const nothing = () => {};

function fill(heap: EventHeap, moments: readonly number[]): VirtualEvent[] {
  return moments.map((at, order) => {
    const event = { at, order, run: nothing };
    heap.push(event);
    return event;
  });
}

function drain(heap: EventHeap): VirtualEvent[] {
  const taken: VirtualEvent[] = [];
  for (let event = heap.pop(); event !== undefined; event = heap.pop()) taken.push(event);
  return taken;
}

describe('EventHeap', () => {
  it('gives events in order of time, then of registration, without the cancelled ones', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean())), (events) => {
        const heap = new EventHeap();
        const added = fill(
          heap,
          events.map(([at]) => at),
        );
        const expected = added.filter((event, i) => {
          const [, cancelled] = events[i] as [number, boolean];
          if (cancelled) heap.cancel(event);
          return !cancelled;
        });
        expect(heap.size).toBe(expected.length);
        expected.sort((a, b) => a.at - b.at || a.order - b.order);
        expect(drain(heap)).toEqual(expected);
      }),
    );
  });

  it('lets go of cancelled events when most of it is cancelled', () => {
    const heap = new EventHeap();
    const events = fill(
      heap,
      Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5000),
    );
    for (const event of events.slice(0, 4000)) heap.cancel(event);
    for (const event of events.slice(0, 10)) heap.cancel(event);
    expect(heap.size).toBe(1000);
    const moments = drain(heap).map(({ at }) => at);
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    expect(moments).toHaveLength(1000);
  });
});

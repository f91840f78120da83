import { MockTime, seededRng } from '@diemnet/types/testing';
import { randomBelow } from '@diemnet/types';
import { DeadlineWheel } from '../src/index.js';

function setup(startMs = 0) {
  const time = new MockTime();
  time.advance(startMs);
  const wheel = new DeadlineWheel(time);
  const fired: { name: string; at: number }[] = [];
  const add = (delayMs: number, name = String(delayMs)) =>
    wheel.add(delayMs, { onDeadline: () => fired.push({ name, at: time.now() }) });
  return { time, wheel, fired, add };
}

describe('DeadlineWheel', () => {
  it('fires each deadline exactly at its time, in order', () => {
    const { time, fired, add } = setup(3.5);
    for (const delay of [10_000, 5, 16, 15.5, 0, 20_000, 100_000]) add(delay);
    time.advance(200_000);
    expect(fired.map(({ at }) => at - 3.5)).toEqual([0, 5, 15.5, 16, 10_000, 20_000, 100_000]);
  });

  it('keeps its timer from one deadline to the next while it is held', () => {
    const time = new MockTime();
    const wheel = new DeadlineWheel(time);
    const target = { onDeadline: jest.fn() };
    wheel.hold();
    wheel.remove(wheel.add(100, target));
    expect(time.pendingTimers).toBe(1);
    time.advance(50);
    wheel.add(100, target);
    time.advance(99);
    expect(target.onDeadline).not.toHaveBeenCalled();
    time.advance(1);
    expect(target.onDeadline).toHaveBeenCalledTimes(1);
    expect(time.pendingTimers).toBe(0);
    wheel.remove(wheel.add(100, target));
    wheel.release();
    expect(time.pendingTimers).toBe(0);
  });

  it('keeps one timer for many deadlines, and none without', () => {
    const { time, wheel, add } = setup();
    expect(time.pendingTimers).toBe(0);
    const handles = Array.from({ length: 500 }, (_, i) => add(1000 + i));
    expect(time.pendingTimers).toBe(1);
    for (const handle of handles) wheel.remove(handle);
    expect(wheel.size).toBe(0);
    expect(time.pendingTimers).toBe(0);
  });

  it('does not fire what was removed, also by another deadline of the same moment', () => {
    const { time, wheel, fired, add } = setup();
    const late = add(50, 'late');
    wheel.add(50, { onDeadline: () => wheel.remove(late) });
    const removed = add(10, 'removed');
    wheel.remove(removed);
    wheel.remove(removed);
    // The order among equal deadlines is not promised: remove before.
    wheel.add(49, { onDeadline: () => wheel.remove(late) });
    time.advance(1000);
    expect(fired).toEqual([]);
    expect(time.pendingTimers).toBe(0);
  });

  it('accepts deadlines while it fires', () => {
    const { time, fired, add, wheel } = setup();
    wheel.add(10, { onDeadline: () => add(5, 'again') });
    time.advance(100);
    expect(fired).toEqual([{ name: 'again', at: 15 }]);
  });

  it('keeps deadlines more than one turn away, also when they share a slot', () => {
    const { time, fired, add } = setup();
    const turn = 16 * 1024;
    add(5);
    add(5 + turn);
    add(5 + 3 * turn);
    time.advance(turn);
    expect(fired).toHaveLength(1);
    time.advance(turn);
    expect(fired).toHaveLength(2);
    time.advance(2 * turn);
    expect(fired.map(({ at }) => at)).toEqual([5, 5 + turn, 5 + 3 * turn]);
  });

  it('agrees with one timer per deadline for any mix of adding and removing', () => {
    const rng = seededRng(7);
    const { time, wheel, fired } = setup(12_345.25);
    const expected: number[] = [];
    for (let round = 0; round < 300; round++) {
      const delay = randomBelow(rng, 40_000);
      const at = time.now() + delay;
      const handle = wheel.add(delay, { onDeadline: () => fired.push({ name: '', at: time.now() }) });
      if (randomBelow(rng, 3) === 0) wheel.remove(handle);
      else expected.push(at);
      time.advance(randomBelow(rng, 200));
    }
    time.advance(100_000);
    expect(fired.map(({ at }) => at)).toEqual(expected.sort((a, b) => a - b));
    expect(wheel.size).toBe(0);
    expect(time.pendingTimers).toBe(0);
  });
});

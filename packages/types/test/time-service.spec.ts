import { systemTime } from '../src/index.js';

// The real clock itself is the subject, hence jest's clock in its place.
beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_123 }));
afterEach(() => jest.useRealTimers());

it('tells monotonic time and the time of day', () => {
  const before = systemTime.now();
  expect(systemTime.unixTimeMs()).toBe(1_700_000_000_123);
  jest.advanceTimersByTime(50);
  expect(systemTime.now() - before).toBe(50);
  expect(systemTime.unixTimeMs()).toBe(1_700_000_000_173);
});

it('calls back once, and not when cancelled', () => {
  const ran = jest.fn();
  systemTime.schedule(10, ran);
  const cancelled = systemTime.schedule(10, ran);
  cancelled.cancel();
  cancelled.cancel();
  jest.advanceTimersByTime(9);
  expect(ran).not.toHaveBeenCalled();
  jest.advanceTimersByTime(100);
  expect(ran).toHaveBeenCalledTimes(1);
});

it('does not call back before a fraction of a millisecond has passed', () => {
  const ran = jest.fn();
  systemTime.schedule(10.2, ran);
  jest.advanceTimersByTime(10);
  expect(ran).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(ran).toHaveBeenCalledTimes(1);
});

it('waits longer than setTimeout can, and can be cancelled on the way', () => {
  const ran = jest.fn();
  const days60 = 60 * 24 * 3600 * 1000;
  systemTime.schedule(days60, ran);
  const cancelled = systemTime.schedule(days60, ran);
  jest.advanceTimersByTime(days60 - 1);
  expect(ran).not.toHaveBeenCalled();
  cancelled.cancel();
  jest.advanceTimersByTime(1);
  expect(ran).toHaveBeenCalledTimes(1);
  expect(jest.getTimerCount()).toBe(0);
});

it('takes negative delays as now', () => {
  const ran = jest.fn();
  systemTime.schedule(-5, ran);
  jest.advanceTimersByTime(1);
  expect(ran).toHaveBeenCalledTimes(1);
});

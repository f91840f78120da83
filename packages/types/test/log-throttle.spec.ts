import { LogThrottle } from '../src/index.js';
import { MockTime } from '../src/testing/index.js';

describe('LogThrottle', () => {
  it('lets one event per window through and says how many it left out [D-12]', () => {
    const time = new MockTime();
    const throttle = new LogThrottle(time, { intervalMs: 1000 });
    expect(throttle.admit()).toEqual({});
    for (let i = 0; i < 7; i++) expect(throttle.admit()).toBeUndefined();
    time.advance(999);
    expect(throttle.admit()).toBeUndefined();
    time.advance(1);
    expect(throttle.admit()).toEqual({ suppressed: 8 });
    time.advance(1000);
    expect(throttle.admit()).toEqual({});
  });

  it('lets as many through as it was told, in windows that begin with their first event', () => {
    const time = new MockTime();
    const throttle = new LogThrottle(time, { intervalMs: 1000, limit: 3 });
    time.advance(1500);
    const admitted = () => Array.from({ length: 5 }, () => throttle.admit());
    expect(admitted()).toEqual([{}, {}, {}, undefined, undefined]);
    time.advance(900);
    expect(throttle.admit()).toBeUndefined();
    time.advance(100);
    expect(admitted()).toEqual([{ suppressed: 3 }, {}, {}, undefined, undefined]);
  });

  it('counts keys apart, and forgets them', () => {
    const throttle = new LogThrottle(new MockTime(), { intervalMs: 1000 });
    expect([throttle.admit('a'), throttle.admit('b'), throttle.admit('a')]).toEqual([{}, {}, undefined]);
    throttle.forget('a');
    expect([throttle.admit('a'), throttle.admit('b')]).toEqual([{}, undefined]);
  });

  it('lets everything through without an interval', () => {
    const throttle = new LogThrottle(new MockTime(), { intervalMs: 0 });
    expect([throttle.admit(), throttle.admit(), throttle.admit()]).toEqual([{}, {}, {}]);
  });
});

import { abortReason, sleep, startInterval, throwIfAborted, withTimeout } from '../src/index.js';
import { MockTime, settle } from '../src/testing/index.js';
import { codeOf } from './code-of.js';

const never = new Promise<never>(() => {});

describe('sleep', () => {
  it('leaves no waiter behind when it is given up [C-437]', async () => {
    const time = new MockTime();
    const controller = new AbortController();
    const sleeping = sleep(time, 10, { signal: controller.signal });
    expect(time.pendingTimers).toBe(1);
    controller.abort(new RangeError('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    expect(time.pendingTimers).toBe(0);
  });

  it('does not begin when it is given up already', async () => {
    const time = new MockTime();
    await expect(sleep(time, 10, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(time.pendingTimers).toBe(0);
  });

  it('removes its listener when it is over', async () => {
    const time = new MockTime();
    const { signal } = new AbortController();
    const remove = jest.spyOn(signal, 'removeEventListener');
    const sleeping = sleep(time, 10, { signal });
    time.advance(10);
    await sleeping;
    expect(remove).toHaveBeenCalledTimes(1);
  });
});

describe('withTimeout', () => {
  it('gives the result of an operation that is ready [C-435]', async () => {
    const time = new MockTime();
    await expect(withTimeout(time, 0, () => Promise.resolve(7))).resolves.toBe(7);
    expect(time.pendingTimers).toBe(0);
  });

  it('gives the result of an operation that wins, also at the last moment [C-435]', async () => {
    for (const duration of [5, 10]) {
      const time = new MockTime();
      const result = withTimeout(time, 10, (signal) => sleep(time, duration, { signal }).then(() => 'won'));
      await time.advanceAsync(20);
      await expect(result).resolves.toBe('won');
      expect(time.pendingTimers).toBe(0);
    }
  });

  it('ends with an error when the operation loses, and aborts it [C-435]', async () => {
    const time = new MockTime();
    let seen: AbortSignal | undefined;
    const result = withTimeout(time, 10, (signal) => {
      seen = signal;
      return sleep(time, 11, { signal });
    });
    const checked = expect(result).rejects.toMatchObject({ code: 'ERR_ELAPSED', details: { timeoutMs: 10 } });
    await time.advanceAsync(9);
    expect(seen?.aborted).toBe(false);
    await time.advanceAsync(1);
    await checked;
    expect(seen?.aborted).toBe(true);
    expect(seen?.reason).toMatchObject({ code: 'ERR_ELAPSED' });
    expect(time.pendingTimers).toBe(0);
  });

  it('passes on the failure of the operation, thrown at once or later, and leaves no timer', async () => {
    const time = new MockTime();
    const late = withTimeout(time, 10, () => Promise.reject(new RangeError('late')));
    await expect(late).rejects.toThrow('late');
    const atOnce = withTimeout(time, 10, () => {
      throw new RangeError('at once');
    });
    await expect(atOnce).rejects.toThrow('at once');
    expect(time.pendingTimers).toBe(0);
  });

  it('swallows what the operation does after it lost', async () => {
    const time = new MockTime();
    let fail: (error: Error) => void = () => {};
    const result = withTimeout(time, 10, () => new Promise((_, reject) => (fail = reject)));
    time.advance(10);
    await expect(result).rejects.toMatchObject({ code: 'ERR_ELAPSED' });
    fail(new RangeError('too late to matter'));
    await settle();
  });

  it('ends with the caller, before it begins or on the way', async () => {
    const time = new MockTime();
    const operation = jest.fn(() => never);
    await expect(withTimeout(time, 10, operation, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(operation).not.toHaveBeenCalled();

    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const result = withTimeout(time, 10, (signal) => ((seen = signal), never), { signal: controller.signal });
    controller.abort(new RangeError('enough'));
    await expect(result).rejects.toThrow('enough');
    expect(seen?.reason).toMatchObject({ message: 'enough' });
    expect(time.pendingTimers).toBe(0);
  });

  it('ends when the operation itself makes the caller give up', async () => {
    const time = new MockTime();
    const controller = new AbortController();
    const result = withTimeout(time, 10, () => (controller.abort(), never), { signal: controller.signal });
    await expect(result).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(time.pendingTimers).toBe(0);
  });
});

describe('startInterval', () => {
  it('ticks at once and then once per period [C-434]', () => {
    const time = new MockTime();
    const ticks: number[] = [];
    const interval = startInterval(time, 10, () => ticks.push(time.now()));
    expect(ticks).toEqual([]);
    time.advance(0);
    expect(ticks).toEqual([0]);
    time.advance(9);
    expect(ticks).toEqual([0]);
    time.advance(21);
    expect(ticks).toEqual([0, 10, 20, 30]);
    interval.cancel();
    interval.cancel();
    time.advance(100);
    expect(ticks).toHaveLength(4);
    expect(time.pendingTimers).toBe(0);
  });

  it('has its first tick when told', () => {
    const time = new MockTime();
    const ticks: number[] = [];
    startInterval(time, 10, () => ticks.push(time.now()), { firstDelayMs: 25 });
    time.advance(50);
    expect(ticks).toEqual([25, 35, 45]);
  });

  it('keeps to its deadlines, so that late ticks are caught up [C-434]', () => {
    const time = new MockTime();
    let ticks = 0;
    let late: (() => void) | undefined;
    // A clock whose timers fire late: the third tick comes 25 ms after its time.
    const clumsy = {
      now: () => time.now(),
      unixTimeMs: () => time.unixTimeMs(),
      schedule: (delayMs: number, callback: () => void) => {
        if (ticks !== 2) return time.schedule(delayMs, callback);
        late = callback;
        return { cancel() {} };
      },
    };
    startInterval(clumsy, 10, () => ticks++);
    time.advance(10);
    expect(ticks).toBe(2);
    time.advance(10);
    expect(ticks).toBe(3);
    time.advance(35);
    expect(ticks).toBe(3);
    late?.();
    time.advance(0);
    expect(ticks).toBe(6);
    time.advance(5);
    expect(ticks).toBe(7);
  });

  it('can be ended from within its tick', () => {
    const time = new MockTime();
    let ticks = 0;
    const interval = startInterval(time, 10, () => {
      if (++ticks === 2) interval.cancel();
    });
    time.advance(100);
    expect(ticks).toBe(2);
    expect(time.pendingTimers).toBe(0);
  });

  it.each([0, -1, Number.NaN])('refuses a period of %d [C-438]', (period) => {
    const time = new MockTime();
    expect(codeOf(() => startInterval(time, period, () => {}))).toBe('ERR_INVALID_PERIOD');
    expect(time.pendingTimers).toBe(0);
  });
});

describe('abort reasons', () => {
  it('are passed on if they are errors of the caller', () => {
    const reason = new RangeError('enough');
    expect(abortReason(AbortSignal.abort(reason))).toBe(reason);
    expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(reason);
  });

  it('become ERR_ABORTED otherwise, with the reason as cause', () => {
    expect(abortReason(AbortSignal.abort('text'))).toMatchObject({ code: 'ERR_ABORTED', cause: 'text' });
    expect(abortReason(AbortSignal.abort())).toMatchObject({
      code: 'ERR_ABORTED',
      cause: expect.objectContaining({ name: 'AbortError' }),
    });
  });

  it('do not concern who has no signal or one that has not aborted', () => {
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
  });
});

import { sleep, startInterval, withTimeout } from '@diemnet/types';
import { VirtualTime } from '../../src/index.js';

describe('VirtualTime', () => {
  it('wakes waiters in order of deadline, ties in order of registration', async () => {
    const time = new VirtualTime();
    const woken: string[] = [];
    for (const [name, ms] of [
      ['b', 20],
      ['a', 10],
      ['c', 20],
      ['now', 0],
      ['past', -5],
    ] as const) {
      time.schedule(ms, () => woken.push(`${name}@${time.now()}`));
    }
    await time.runFor(15);
    expect(woken).toEqual(['now@0', 'past@0', 'a@10']);
    expect(time.now()).toBe(15);
    await time.runFor(5);
    expect(woken.slice(3)).toEqual(['b@20', 'c@20']);
  });

  it('settles all promises that an event causes before the next event', async () => {
    const time = new VirtualTime();
    const log: string[] = [];
    time.schedule(1, () => {
      void (async () => {
        for (let i = 0; i < 100; i++) await Promise.resolve();
        log.push(`chain at ${time.now()}`);
      })();
    });
    time.schedule(1, () => log.push('second'));
    await time.runFor(1);
    expect(log).toEqual(['chain at 1', 'second']);
  });

  it('passes an hour in no time, and ends when nothing is left', async () => {
    const time = new VirtualTime();
    let ticks = 0;
    const interval = startInterval(time, 1000, () => ticks++);
    await time.runFor(3_600_000);
    expect(ticks).toBe(3601);
    interval.cancel();
    expect(await time.runUntil(() => false)).toBe('idle');
    expect(time.pendingEvents).toBe(0);
    expect(await time.runUntil(() => false, { withinMs: 500 })).toBe('elapsed');
    expect(time.now()).toBe(3_600_500);
  });

  it('stops at the event that makes the condition true', async () => {
    const time = new VirtualTime();
    let count = 0;
    startInterval(time, 10, () => count++);
    expect(await time.runUntil(() => count === 4, { withinMs: 1000 })).toBe('done');
    expect(time.now()).toBe(30);
  });

  it('serves several runs at once, each to its own end', async () => {
    const time = new VirtualTime();
    const ends: number[] = [];
    const note = () => ends.push(time.now());
    await Promise.all([
      time.runFor(30).then(note),
      time
        .runFor(10)
        .then(note)
        .then(() => time.runFor(15))
        .then(note),
    ]);
    expect(ends).toEqual([10, 25, 30]);
  });

  it('waits for a promise, and says when it cannot come true', async () => {
    const time = new VirtualTime();
    await expect(time.settled(sleep(time, 70).then(() => 'awake'))).resolves.toBe('awake');
    const elapsed = withTimeout(time, 5, () => new Promise(() => {}));
    await expect(time.settled(elapsed)).rejects.toMatchObject({ code: 'ERR_ELAPSED' });
    const never = new Promise<void>(() => {});
    await expect(time.settled(never)).rejects.toMatchObject({ code: 'ERR_SIMULATOR_IDLE' });
    await expect(time.settled(never, { withinMs: 10 })).rejects.toMatchObject({
      code: 'ERR_SIMULATOR_CONDITION',
    });
  });

  it('ends all runs with what an event or the observer throws', async () => {
    const time = new VirtualTime();
    time.schedule(1, () => {
      throw new RangeError('a defect');
    });
    await expect(time.runFor(10)).rejects.toThrow('a defect');
    time.observe(() => {
      throw new RangeError('seen');
    });
    time.schedule(1, () => {});
    await expect(time.runFor(10)).rejects.toThrow('seen');
    time.observe(undefined);
    await time.runFor(10);
  });

  it('gives up a run when its signal aborts', async () => {
    const time = new VirtualTime();
    const controller = new AbortController();
    const reason = new RangeError('enough');
    time.schedule(5, () => controller.abort(reason));
    await expect(time.runFor(100, { signal: controller.signal })).rejects.toBe(reason);
    await expect(time.runFor(100, { signal: controller.signal })).rejects.toBe(reason);
    expect(time.now()).toBe(5);
  });

  it('forgets cancelled events', async () => {
    const time = new VirtualTime();
    const ran: number[] = [];
    const timer = time.schedule(5, () => ran.push(1));
    timer.cancel();
    timer.cancel();
    await time.runFor(10);
    expect(ran).toEqual([]);
    expect(time.eventCount).toBe(0);
  });

  it('gives the same result with and without the fast way to empty the queues', async () => {
    const run = async () => {
      const time = new VirtualTime();
      const log: number[] = [];
      for (let i = 0; i < 50; i++) {
        time.schedule((i * 37) % 50, () => {
          void Promise.resolve().then(() => log.push(time.now()));
        });
      }
      await time.runFor(100);
      return log;
    };
    const fast = await run();
    const owner = process as { _tickCallback?: unknown };
    const original = owner._tickCallback;
    owner._tickCallback = undefined;
    try {
      expect(await run()).toEqual(fast);
    } finally {
      owner._tickCallback = original;
    }
  });
});

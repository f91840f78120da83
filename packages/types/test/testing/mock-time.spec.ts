import { sleep, startInterval } from '../../src/index.js';
import { MockTime, settle } from '../../src/testing/index.js';

/** A sleep whose state can be looked at. */
function sleeper(time: MockTime, ms: number) {
  const state = { done: false };
  void sleep(time, ms).then(() => (state.done = true));
  return state;
}

it('holds a sleep of 10 ms until 10 ms have passed [C-431]', async () => {
  const time = new MockTime();
  const state = sleeper(time, 10);
  expect(time.pendingTimers).toBe(1);
  await time.advanceAsync(5);
  expect(state.done).toBe(false);
  expect(time.pendingTimers).toBe(1);
  await time.advanceAsync(5);
  expect(state.done).toBe(true);
  expect(time.pendingTimers).toBe(0);
  expect(time.now()).toBe(10);
});

it('waits again when a sleep that is over is begun anew [C-432]', async () => {
  const time = new MockTime();
  const first = sleeper(time, 10);
  await time.advanceAsync(10);
  expect(first.done).toBe(true);
  const again = sleeper(time, 10);
  await time.advanceAsync(9);
  expect(again.done).toBe(false);
  expect(time.pendingTimers).toBe(1);
  await time.advanceAsync(1);
  expect(again.done).toBe(true);
});

it('wakes six sleeps in order of deadline, ties in order of registration [C-433]', () => {
  const time = new MockTime();
  const woken: string[] = [];
  for (const [ms, name] of [
    [30, 'c1'],
    [10, 'a1'],
    [20, 'b1'],
    [10, 'a2'],
    [30, 'c2'],
    [99, 'd1'],
  ] as const) {
    time.schedule(ms, () => woken.push(`${name}@${time.now()}`));
  }
  time.advance(20);
  expect(woken).toEqual(['a1@10', 'a2@10', 'b1@20']);
  expect(time.pendingTimers).toBe(3);
  expect(time.advanceNext()).toBe(true);
  expect(woken.slice(3)).toEqual(['c1@30']);
  expect(time.advanceNext()).toBe(true);
  expect(time.now()).toBe(30);
  expect(time.advanceNext()).toBe(true);
  expect(woken.slice(4)).toEqual(['c2@30', 'd1@99']);
});

it('does nothing when told to advance to the next of none [C-433]', async () => {
  const time = new MockTime();
  expect(time.advanceNext()).toBe(false);
  expect(await time.advanceNextAsync()).toBe(false);
  expect(time.now()).toBe(0);
});

it('lets promises settle around the next waiter', async () => {
  const time = new MockTime();
  const state = { done: false };
  void (async () => {
    await Promise.resolve();
    await sleep(time, 70);
    await Promise.resolve();
    state.done = true;
  })();
  expect(await time.advanceNextAsync()).toBe(true);
  expect(state.done).toBe(true);
  expect(time.now()).toBe(70);
});

it('runs what falls due while it advances, at its own moment', async () => {
  const time = new MockTime();
  const seen: number[] = [];
  const again = () => {
    seen.push(time.now());
    if (seen.length < 5) time.schedule(10, again);
  };
  time.schedule(10, again);
  time.advance(25);
  expect(seen).toEqual([10, 20]);
  await time.advanceAsync(100);
  expect(seen).toEqual([10, 20, 30, 40, 50]);
  expect(time.now()).toBe(125);
});

it('forgets a timer that is cancelled, before or after it ran [C-437]', () => {
  const time = new MockTime();
  let ran = 0;
  const timer = time.schedule(10, () => ran++);
  timer.cancel();
  timer.cancel();
  expect(time.pendingTimers).toBe(0);
  time.advance(10);
  expect(ran).toBe(0);
  const second = time.schedule(1, () => ran++);
  time.advance(1);
  second.cancel();
  expect(ran).toBe(1);
});

it('takes negative delays and no numbers as now', () => {
  const time = new MockTime();
  let ran = 0;
  time.schedule(-5, () => ran++);
  time.schedule(Number.NaN, () => ran++);
  time.advance(0);
  expect(ran).toBe(2);
  expect(time.now()).toBe(0);
});

describe('auto-advance', () => {
  it('ends sleeps within its limit at once and moves time, others wait [C-436]', async () => {
    const time = new MockTime();
    time.autoAdvance(100);
    const inside = sleeper(time, 60);
    expect(time.now()).toBe(60);
    const beyond = sleeper(time, 50);
    await settle();
    expect(inside.done).toBe(true);
    expect(beyond.done).toBe(false);
    expect(time.now()).toBe(60);
    expect(time.pendingTimers).toBe(1);
    const atTheLimit = sleeper(time, 40);
    await settle();
    expect(atTheLimit.done).toBe(true);
    expect(time.now()).toBe(100);
    await time.advanceAsync(10);
    expect(beyond.done).toBe(true);
  });

  it('ends also those that wait already, in order [C-436]', async () => {
    const time = new MockTime();
    const woken: number[] = [];
    for (const ms of [30, 10, 200]) time.schedule(ms, () => woken.push(time.now()));
    time.autoAdvance(100);
    await settle();
    expect(woken).toEqual([10, 30]);
    expect(time.pendingTimers).toBe(1);
  });

  it('never calls back before schedule has returned, and minds a cancel', async () => {
    const time = new MockTime();
    time.autoAdvance(100);
    let ran = 0;
    const timer = time.schedule(10, () => ran++);
    expect(ran).toBe(0);
    timer.cancel();
    await settle();
    expect(ran).toBe(0);
  });

  it('carries an interval to its limit and no further', async () => {
    const time = new MockTime();
    time.autoAdvance(35);
    let ticks = 0;
    startInterval(time, 10, () => ticks++);
    await settle();
    expect(ticks).toBe(4);
    expect(time.now()).toBe(30);
  });
});

describe('wall clock', () => {
  it('moves with time and can be set without moving it', () => {
    const time = new MockTime({ unixTimeMs: 1000 });
    time.advance(500.7);
    expect(time.unixTimeMs()).toBe(1500);
    time.setUnixTimeMs(77);
    expect(time.unixTimeMs()).toBe(77);
    expect(time.now()).toBe(500.7);
    time.advance(3);
    expect(time.unixTimeMs()).toBe(80);
  });
});

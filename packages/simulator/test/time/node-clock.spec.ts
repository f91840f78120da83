import { Incarnation, NodeClock, VirtualTime } from '../../src/index.js';

function clock(offsetMs = 0) {
  const time = new VirtualTime();
  const life = new Incarnation(time);
  return { time, life, clock: new NodeClock(time, life, { offsetMs }) };
}

describe('NodeClock', () => {
  it('has a wall clock that is off and steps, while monotonic time goes on', async () => {
    const { time, clock: node } = clock(-90_000);
    expect(node.unixTimeMs()).toBe(time.unixTimeMs() - 90_000);
    await time.runFor(500);
    node.step(-3_600_000);
    expect(node.now()).toBe(500);
    expect(node.unixTimeMs()).toBe(time.unixTimeMs() - 3_690_000);
    expect(node.offsetMs).toBe(-3_690_000);
  });

  it('holds back timers while the node is paused, and then runs them in order', async () => {
    const { time, life, clock: node } = clock();
    const ran: string[] = [];
    node.schedule(10, () => ran.push(`a@${node.now()}`));
    const cancelled = node.schedule(15, () => ran.push('cancelled'));
    node.schedule(20, () => ran.push(`b@${node.now()}`));
    life.pause();
    await time.runFor(50);
    expect(ran).toEqual([]);
    expect(node.pendingTimers).toBe(3);
    cancelled.cancel();
    life.resume();
    await time.runFor(1);
    expect(ran).toEqual(['a@50', 'b@50']);
    expect(node.pendingTimers).toBe(0);
  });

  it('runs nothing of a dead node', async () => {
    const { time, life, clock: node } = clock();
    const ran: number[] = [];
    node.schedule(10, () => ran.push(1));
    life.pause();
    await time.runFor(20);
    life.kill();
    life.resume();
    life.enter(() => ran.push(2));
    await time.runFor(20);
    expect(ran).toEqual([]);
    expect(life.state).toBe('dead');
  });

  it('counts timers, cancelled ones not', () => {
    const { clock: node } = clock();
    const timers = [1, 2, 3].map((ms) => node.schedule(ms, () => {}));
    timers[0]?.cancel();
    timers[0]?.cancel();
    expect(node.pendingTimers).toBe(2);
  });
});

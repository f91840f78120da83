import { MockTime } from '@diemnet/types/testing';
import { Turns } from '../src/turns.js';

function setUp(members: () => number[]) {
  const time = new MockTime();
  const taken: [atMs: number, member: number][] = [];
  const turns = new Turns({
    time,
    intervalMs: 1_600,
    members,
    onTurn: (member) => taken.push([time.now(), member]),
  });
  turns.start();
  return { time, taken, turns };
}

describe('turns', () => {
  it('are spread evenly over the interval', () => {
    const { time, taken } = setUp(() => [1, 2, 3, 4]);
    time.advance(1_599);
    expect(taken).toEqual([
      [0, 1],
      [400, 2],
      [800, 3],
      [1_200, 4],
    ]);
  });

  it('come in at most 16 steps, everybody once per interval', () => {
    const { time, taken } = setUp(() => Array.from({ length: 100 }, (_, i) => i));
    time.advance(1_599);
    expect(taken.map(([, member]) => member)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(new Set(taken.map(([at]) => at)).size).toBeLessThanOrEqual(16);
  });

  it('end when stopped', () => {
    const { time, taken, turns } = setUp(() => [1, 2]);
    time.advance(0);
    turns.stop();
    time.advance(5_000);
    expect(taken).toEqual([[0, 1]]);
    expect(time.pendingTimers).toBe(0);
  });
});

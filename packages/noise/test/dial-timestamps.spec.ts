import { publicKeyFromHex } from '@diemnet/types';
import { DialTimestamps } from '../src/dial-timestamps.js';

const key = (n: number) => publicKeyFromHex(n.toString(16).padStart(64, '0'));

describe('DialTimestamps', () => {
  it('takes the time, and one more than the last where the clock did not move on [D-38]', () => {
    const timestamps = new DialTimestamps();
    const times = [1000.7, 1000.9, 1000, 900, 1001, 1003, 2000];
    expect(times.map((now) => timestamps.next(key(1), now))).toEqual([
      1000n,
      1001n,
      1002n,
      1003n,
      1004n,
      1005n,
      2000n,
    ]);
  });

  it('counts per listener [D-38]', () => {
    const timestamps = new DialTimestamps();
    expect(timestamps.next(key(1), 5)).toBe(5n);
    expect(timestamps.next(key(2), 5)).toBe(5n);
    expect(timestamps.next(key(1), 5)).toBe(6n);
  });

  it('remembers the listeners dialed last, not all there ever were', () => {
    const timestamps = new DialTimestamps();
    timestamps.next(key(1), 5);
    for (let n = 2; n <= 4096; n++) timestamps.next(key(n), 5);
    expect(timestamps.next(key(1), 5)).toBe(6n);
    timestamps.next(key(5000), 5);
    expect(timestamps.next(key(2), 5)).toBe(5n);
    expect(timestamps.next(key(1), 5)).toBe(7n);
  });

  it('never goes below 0', () => {
    expect(new DialTimestamps().next(key(1), -3)).toBe(0n);
  });
});

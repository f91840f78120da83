import { sleep } from '@diemnet/types';
import { MockTime, settle } from '@diemnet/types/testing';
import { UpgradeScope } from '../src/upgrade-scope.js';

const never = new Promise<never>(() => {});

describe('UpgradeScope', () => {
  it('gives the result of an upgrade and leaves no timer behind', async () => {
    const time = new MockTime();
    const scope = new UpgradeScope(time);
    const result = scope.run(10, () =>
      scope.step(5, (signal) => sleep(time, 3, { signal }).then(() => 'up')),
    );
    expect(time.pendingTimers).toBe(3);
    await time.advanceAsync(3);
    await expect(result).resolves.toBe('up');
    expect(time.pendingTimers).toBe(0);
    expect(scope.signal.aborted).toBe(false);
  });

  it('lets an upgrade win that is ready at the last moment', async () => {
    const time = new MockTime();
    const scope = new UpgradeScope(time);
    const result = scope.run(10, () => scope.step(10, () => sleep(time, 10).then(() => 'won')));
    await time.advanceAsync(10);
    await expect(result).resolves.toBe('won');
  });

  it('ends with the time of a step, also one that ignores its signal', async () => {
    const time = new MockTime();
    const scope = new UpgradeScope(time);
    let signal: AbortSignal | undefined;
    const result = scope.run(10, () => scope.step(5, (given) => ((signal = given), never)));
    result.catch(() => {});
    await time.advanceAsync(4);
    expect(signal?.aborted).toBe(false);
    await time.advanceAsync(1);
    await expect(result).rejects.toMatchObject({ code: 'ERR_ELAPSED', details: { timeoutMs: 5 } });
    expect(signal?.aborted).toBe(true);
    expect(time.pendingTimers).toBe(0);
  });

  it('ends with the time of the whole, whatever the step has left', async () => {
    const time = new MockTime();
    const scope = new UpgradeScope(time);
    const result = scope.run(10, async () => {
      await scope.step(8, (signal) => sleep(time, 7, { signal }));
      return scope.step(8, () => never);
    });
    result.catch(() => {});
    await time.advanceAsync(10);
    await expect(result).rejects.toMatchObject({ code: 'ERR_ELAPSED', details: { timeoutMs: 10 } });
    expect(time.pendingTimers).toBe(0);
  });

  it('passes on what a step throws, and what it is aborted with', async () => {
    const time = new MockTime();
    const failing = new UpgradeScope(time);
    await expect(
      failing.run(10, () => failing.step(5, () => Promise.reject(new RangeError('no')))),
    ).rejects.toThrow('no');
    const aborted = new UpgradeScope(time);
    const result = aborted.run(10, () => aborted.step(5, (signal) => sleep(time, 4, { signal })));
    aborted.abort(new RangeError('shed'));
    await expect(result).rejects.toThrow('shed');
    expect(time.pendingTimers).toBe(0);
  });

  it('ends with the signal of the caller, and does not listen to it any longer than it runs', async () => {
    const time = new MockTime();
    const { signal } = new AbortController();
    const [add, remove] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
    await new UpgradeScope(time).run(10, () => Promise.resolve(), { signal });
    expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([1, 1]);
    const controller = new AbortController();
    const scope = new UpgradeScope(time);
    const result = scope.run(10, () => never, { signal: controller.signal });
    controller.abort(new RangeError('enough'));
    await expect(result).rejects.toThrow('enough');
    expect(scope.signal.aborted).toBe(true);
  });

  it('ends with a signal that the upgrade aborts while it starts', async () => {
    const time = new MockTime();
    const controller = new AbortController();
    const scope = new UpgradeScope(time);
    const result = scope.run(10, () => (controller.abort(new RangeError('at once')), never), {
      signal: controller.signal,
    });
    await expect(result).rejects.toThrow('at once');
    expect(time.pendingTimers).toBe(0);
  });

  it('begins nothing that was given up before', async () => {
    const time = new MockTime();
    const begun = jest.fn(() => Promise.resolve());
    const scope = new UpgradeScope(time);
    scope.abort(new RangeError('shed'));
    await expect(scope.run(10, begun)).rejects.toThrow('shed');
    const signal = AbortSignal.abort(new RangeError('gone'));
    await expect(new UpgradeScope(time).run(10, begun, { signal })).rejects.toThrow('gone');
    await expect(scope.step(5, begun)).rejects.toThrow('shed');
    expect(begun).not.toHaveBeenCalled();
  });

  it('does not mind being given up after it has ended', async () => {
    const time = new MockTime();
    const scope = new UpgradeScope(time);
    await scope.run(10, () => Promise.resolve());
    scope.abort(new RangeError('late'));
    await settle();
    expect(time.pendingTimers).toBe(0);
  });
});

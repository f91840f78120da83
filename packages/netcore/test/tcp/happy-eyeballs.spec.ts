import { MockTime, settle } from '@diemnet/types/testing';
import { NetcoreError } from '../../src/index.js';
import { raceCandidates } from '../../src/tcp/happy-eyeballs.js';

/** A race over names whose attempts are settled by the test. */
function race(names: [string, ...string[]], signal?: AbortSignal) {
  const time = new MockTime();
  const started: string[] = [];
  const aborted: string[] = [];
  const discarded: string[] = [];
  const attempts = new Map<string, { succeed(): void; fail(): void }>();
  const result = raceCandidates(
    names,
    (name, attemptSignal) =>
      new Promise<string>((resolve, reject) => {
        started.push(name);
        attemptSignal.addEventListener('abort', () => aborted.push(name));
        attempts.set(name, {
          succeed: () => resolve(`connected to ${name}`),
          fail: () => reject(new NetcoreError('ERR_CONNECTION_REFUSED', `${name} refused`)),
        });
      }),
    { time, delayMs: 250, discard: (late) => discarded.push(late), signal },
  );
  result.catch(() => {});
  return { time, started, aborted, discarded, result, attempt: (name: string) => attempts.get(name) };
}

describe('raceCandidates', () => {
  it('starts the next candidate when the last one failed [C-036]', async () => {
    const { started, result, attempt, time } = race(['a', 'b', 'c']);
    expect(started).toEqual(['a']);
    attempt('a')?.fail();
    await settle();
    expect(started).toEqual(['a', 'b']);
    attempt('b')?.succeed();
    expect(await result).toBe('connected to b');
    expect(time.pendingTimers).toBe(0);
  });

  it('starts the next candidate when the last one had its head start [D-43]', async () => {
    const { started, aborted, result, attempt, time } = race(['a', 'b', 'c']);
    time.advance(249);
    expect(started).toEqual(['a']);
    time.advance(1);
    expect(started).toEqual(['a', 'b']);
    time.advance(250);
    expect(started).toEqual(['a', 'b', 'c']);
    attempt('b')?.succeed();
    expect(await result).toBe('connected to b');
    expect(aborted).toEqual(['a', 'b', 'c']);
    expect(time.pendingTimers).toBe(0);
  });

  it('gives each candidate a whole head start, also after a failure', async () => {
    const { started, attempt, time } = race(['a', 'b', 'c']);
    time.advance(200);
    attempt('a')?.fail();
    await settle();
    time.advance(249);
    expect(started).toEqual(['a', 'b']);
    time.advance(1);
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('discards what succeeds after another has won', async () => {
    const { result, attempt, time, discarded } = race(['a', 'b']);
    time.advance(250);
    attempt('b')?.succeed();
    attempt('a')?.succeed();
    expect(await result).toBe('connected to b');
    await settle();
    expect(discarded).toEqual(['connected to a']);
  });

  it('reports the last error, and all of them as its cause [C-036]', async () => {
    const { result, attempt, time } = race(['a', 'b']);
    time.advance(250);
    attempt('b')?.fail();
    await settle();
    attempt('a')?.fail();
    const error = await result.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_CONNECTION_REFUSED', details: { attempts: 2 } });
    expect((error as Error).message).toContain('a refused');
    const { cause } = error as { cause: AggregateError };
    expect(cause).toBeInstanceOf(AggregateError);
    expect(cause.errors.map(({ message }: Error) => message)).toEqual(['b refused', 'a refused']);
    expect(time.pendingTimers).toBe(0);
  });

  it('reports the error of a single candidate as it is', async () => {
    const { result, attempt } = race(['a']);
    attempt('a')?.fail();
    const error = (await result.catch((reason: unknown) => reason)) as Error;
    expect(error.message).toBe('a refused');
    expect(error.cause).toBeUndefined();
  });

  it('gives up when its signal aborts, and leaves nothing behind', async () => {
    const controller = new AbortController();
    const { result, started, aborted, time, discarded, attempt } = race(['a', 'b'], controller.signal);
    controller.abort(new RangeError('enough'));
    await expect(result).rejects.toThrow('enough');
    expect(time.pendingTimers).toBe(0);
    expect([started, aborted]).toEqual([['a'], ['a']]);
    attempt('a')?.succeed();
    await settle();
    expect(discarded).toEqual(['connected to a']);
  });
});

import { MockTime, RecordingLogger, settle } from '@diemnet/types/testing';
import { pollFile, pollHttp, type HttpFetch } from '../src/index.js';
import { MemoryFileSystem } from './stubs.js';

const INTERVAL_MS = 1000;

/** Takes values from a source one by one and keeps them. */
function consume(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  const values: string[] = [];
  let ended = false;
  const done = (async () => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      values.push(new TextDecoder().decode(next.value));
    }
    ended = true;
  })();
  return { values, done, leave: () => iterator.return?.(), ended: () => ended };
}

function fileHarness(options: { maxBytes?: number; timeoutMs?: number; maxBackoffMs?: number } = {}) {
  const time = new MockTime();
  const logger = new RecordingLogger();
  const fileSystem = new MemoryFileSystem();
  const source = pollFile('set.bcs', { intervalMs: INTERVAL_MS, fileSystem, time, logger, ...options });
  return { time, logger, fileSystem, source };
}

describe('pollFile', () => {
  it('yields the content at once, and then when it changed', async () => {
    const { time, fileSystem, source } = fileHarness();
    fileSystem.content = 'one';
    const { values } = consume(source);
    await time.advanceAsync(0);
    expect(values).toEqual(['one']);
    await time.advanceAsync(3 * INTERVAL_MS);
    expect(values).toEqual(['one']);
    fileSystem.content = 'two';
    await time.advanceAsync(INTERVAL_MS);
    expect(values).toEqual(['one', 'two']);
    expect(fileSystem.reads).toBe(5);
  });

  it('waits longer after each failure, and as before after a success', async () => {
    const { time, logger, fileSystem, source } = fileHarness({ maxBackoffMs: 4000 });
    consume(source);
    const readsAfter = async (ms: number) => {
      await time.advanceAsync(ms);
      return fileSystem.reads;
    };
    expect(await readsAfter(0)).toBe(1);
    expect(await readsAfter(1000)).toBe(2);
    expect(await readsAfter(1999)).toBe(2);
    expect(await readsAfter(1)).toBe(3);
    expect(await readsAfter(4000)).toBe(4);
    expect(await readsAfter(4000)).toBe(5);
    expect(logger.at('warn').map(({ fields }) => fields['delay'])).toEqual([1000, 2000, 4000, 4000, 4000]);
    fileSystem.content = 'there';
    expect(await readsAfter(4000)).toBe(6);
    expect(await readsAfter(1000)).toBe(7);
  });

  it('fails a reading that hangs or is too large', async () => {
    const { time, logger, fileSystem, source } = fileHarness({ maxBytes: 3, timeoutMs: 500 });
    fileSystem.content = 'four';
    const { values } = consume(source);
    await time.advanceAsync(0);
    fileSystem.hold = new Promise(() => {});
    await time.advanceAsync(1500);
    expect(values).toEqual([]);
    expect(logger.at('warn')).toHaveLength(2);
  });

  it('ends when its reader leaves, also while it waits, and leaves no timer', async () => {
    const { time, fileSystem, source } = fileHarness();
    fileSystem.content = 'one';
    const waiting = consume(source);
    await time.advanceAsync(0);
    await waiting.leave();
    await waiting.done;
    expect(waiting.ended()).toBe(true);
    expect(time.pendingTimers).toBe(0);

    fileSystem.hold = new Promise(() => {});
    const reading = consume(source);
    await time.advanceAsync(0);
    await reading.leave();
    await reading.done;
    expect(time.pendingTimers).toBe(0);
  });

  it('reads for each reader on its own', async () => {
    const { time, fileSystem, source } = fileHarness();
    fileSystem.content = 'one';
    const readers = [consume(source), consume(source)];
    await time.advanceAsync(0);
    expect(readers.map(({ values }) => values)).toEqual([['one'], ['one']]);
  });

  it('refuses a period of zero', () => {
    expect(() => pollFile('set.bcs', { intervalMs: 0 })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_DISCOVERY_OPTIONS' }),
    );
  });
});

async function* chunks(...texts: string[]) {
  for (const text of texts) yield new TextEncoder().encode(text);
}

function httpHarness(fetch: HttpFetch, url = 'https://user:secret@example.com/set?token=secret') {
  const time = new MockTime();
  const logger = new RecordingLogger();
  const source = pollHttp(url, {
    intervalMs: INTERVAL_MS,
    maxBytes: 10,
    timeoutMs: 500,
    fetch,
    time,
    logger,
  });
  return { time, logger, source };
}

describe('pollHttp', () => {
  it('yields the body of each answer that differs', async () => {
    const bodies = [['va', 'lid'], ['valid'], ['ne', '', 'w']];
    const { time, source } = httpHarness(async () => ({
      ok: true,
      status: 200,
      body: chunks(...(bodies.shift() ?? ['new'])),
    }));
    const { values } = consume(source);
    await time.advanceAsync(3 * INTERVAL_MS);
    expect(values).toEqual(['valid', 'new']);
  });

  it('fails on a status of failure, without credentials in the log, and frees the connection', async () => {
    let cancelled = false;
    const body = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error('not to be read')),
        return: async () => {
          cancelled = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    const { time, logger, source } = httpHarness(async () => ({ ok: false, status: 503, body }));
    const { values } = consume(source);
    await time.advanceAsync(0);
    expect(values).toEqual([]);
    expect(cancelled).toBe(true);
    expect(logger.at('warn')).toMatchObject([
      {
        fields: {
          error: expect.stringMatching(/^ERR_DISCOVERY_HTTP_STATUS: .*503/) as string,
          source: 'https://example.com/set',
        },
      },
    ]);
    expect(JSON.stringify(logger.events)).not.toContain('secret');
  });

  it('stops reading a body above the limit', async () => {
    let sent = 0;
    async function* endless() {
      for (; ; sent++) yield new Uint8Array(4);
    }
    const { time, logger, source } = httpHarness(async () => ({ ok: true, status: 200, body: endless() }));
    consume(source);
    await time.advanceAsync(0);
    expect(sent).toBe(2);
    expect(logger.at('warn')).toMatchObject([
      { fields: { error: expect.stringContaining('more than 10 bytes') as string } },
    ]);
  });

  it('aborts a request that takes too long', async () => {
    let aborted = false;
    const { time, logger, source } = httpHarness(
      (_url, { signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason as Error);
          }),
        ),
    );
    const { leave, done } = consume(source);
    await time.advanceAsync(500);
    expect(aborted).toBe(true);
    expect(logger.at('warn')).toHaveLength(1);
    await leave();
    await done;
    expect(time.pendingTimers).toBe(0);
  });

  it('takes an answer without a body as empty', async () => {
    const { time, source } = httpHarness(async () => ({ ok: true, status: 204, body: null }));
    const { values } = consume(source);
    await time.advanceAsync(0);
    expect(values).toEqual(['']);
    await settle();
  });

  it.each(['file:///etc/passwd', 'example.com', ''])('refuses %j', (url) => {
    expect(() => pollHttp(url, { intervalMs: 1000 })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_DISCOVERY_OPTIONS' }),
    );
  });
});

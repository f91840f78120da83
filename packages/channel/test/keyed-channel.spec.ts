import { MemoryMetrics, settle } from '@diemnet/types/testing';
import fc from 'fast-check';
import {
  KeyedChannel,
  channelCounters,
  type DeliveryStatus,
  type KeyedChannelOptions,
  type QueueStyle,
} from '../src/index.js';

type Options = Partial<KeyedChannelOptions<string, number>>;

const channelOf = (options: Options = {}) =>
  new KeyedChannel<string, number>({ style: 'fifo', capacity: 3, ...options });

function drain<K, M>(channel: KeyedChannel<K, M>): M[] {
  const messages: M[] = [];
  for (let entry = channel.pop(); entry !== undefined; entry = channel.pop()) messages.push(entry.message);
  return messages;
}

const filled = (style: QueueStyle, messages: readonly number[], options: Options = {}) => {
  const channel = channelOf({ style, ...options });
  for (const message of messages) channel.push('key', message);
  return channel;
};

function codeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'nothing thrown';
}

describe('order and drops', () => {
  it('delivers four messages of one key in order, then nothing [C-409]', () => {
    const channel = filled('fifo', [1, 2, 3, 4], { capacity: 10 });
    expect(channel.pop()).toMatchObject({ key: 'key', message: 1 });
    expect(drain(channel)).toEqual([2, 3, 4]);
    expect(channel.pop()).toBeUndefined();
    expect(channel.terminated).toBe(false);
  });

  it('has nothing ready while it is empty and a sender lives [C-410]', () => {
    const channel = channelOf();
    channel.createSender();
    expect(channel.pop()).toBeUndefined();
    expect(channel.terminated).toBe(false);
  });

  it('keeps the oldest as FIFO and refuses the new [C-417]', () => {
    const channel = filled('fifo', [1, 2, 3]);
    expect(channel.push('key', 4)).toBe(false);
    expect(drain(channel)).toEqual([1, 2, 3]);
  });

  it('delivers the newest first as LIFO and displaces the oldest [C-418]', () => {
    expect(drain(filled('lifo', [1, 2, 3]))).toEqual([3, 2, 1]);
    expect(drain(filled('lifo', [1, 2, 3, 4]))).toEqual([4, 3, 2]);
  });

  it('delivers the oldest first as KLAST and displaces the oldest [C-419]', () => {
    expect(drain(filled('klast', [1, 2, 3]))).toEqual([1, 2, 3]);
    expect(drain(filled('klast', [1, 2, 3, 4]))).toEqual([2, 3, 4]);
  });

  it.each<[QueueStyle, string, number]>([
    ['fifo', 'keeps the first message of each key in key order as FIFO of one [C-413]', 0],
    ['lifo', 'keeps the last message of each key in key order as LIFO of one [C-414]', 1023],
  ])('%s: %s', (style, _title, kept) => {
    const channel = new KeyedChannel<number, number>({ style, capacity: 1 });
    for (let message = 0; message < 1024; message++) {
      for (let key = 0; key < 128; key++) channel.push(key, message);
    }
    for (let key = 0; key < 128; key++) expect(channel.pop()).toMatchObject({ key, message: kept });
    expect(channel.pop()).toBeUndefined();
  });

  it('takes a new message after one was refused and others were taken', () => {
    const channel = filled('fifo', [1, 2, 3, 4]);
    expect(channel.pop()?.message).toBe(1);
    expect(channel.push('key', 5)).toBe(true);
    expect(drain(channel)).toEqual([2, 3, 5]);
  });
});

describe('turns', () => {
  const three = (style: QueueStyle) => {
    const channel = channelOf({ style });
    for (const [key, message] of [
      ['a', 1],
      ['a', 2],
      ['a', 3],
      ['b', 10],
      ['c', 20],
    ] as const) {
      channel.push(key, message);
    }
    return channel;
  };

  it('takes one message of each key before the rest of the first, as FIFO and KLAST [C-420]', () => {
    expect(drain(three('fifo'))).toEqual([1, 10, 20, 2, 3]);
    expect(drain(three('klast'))).toEqual([1, 10, 20, 2, 3]);
  });

  it('takes the newest of each key before the rest of the first, as LIFO [C-421]', () => {
    expect(drain(three('lifo'))).toEqual([3, 10, 20, 2, 1]);
  });

  it('puts a key that became empty behind those that wait', () => {
    const channel = channelOf();
    channel.push('a', 1);
    channel.push('b', 2);
    channel.push('b', 3);
    expect(channel.pop()?.message).toBe(1);
    channel.push('a', 4);
    expect(drain(channel)).toEqual([2, 4, 3]);
  });

  it('does not let a key that is displaced all the time lose or double its turn', () => {
    const channel = channelOf({ style: 'klast', capacity: 1 });
    channel.push('a', 1);
    channel.push('b', 2);
    channel.push('a', 3);
    expect(drain(channel)).toEqual([3, 2]);
  });
});

describe('feedback', () => {
  const recorder = () => {
    const told: [DeliveryStatus, number][] = [];
    return { told, feedback: (status: DeliveryStatus, message: number) => void told.push([status, message]) };
  };

  it('tells of a message that is taken and of one that is refused [C-415]', () => {
    const channel = filled('fifo', [1, 2]);
    const third = recorder();
    const fourth = recorder();
    channel.push('key', 3, third.feedback);
    channel.push('key', 4, fourth.feedback);
    expect(fourth.told).toEqual([['dropped', 4]]);
    expect(third.told).toEqual([]);
    drain(channel);
    expect(third.told).toEqual([['dequeued', 3]]);
    expect(fourth.told).toHaveLength(1);
  });

  it.each<QueueStyle>(['lifo', 'klast'])('tells of an old message that is displaced, %s [C-416]', (style) => {
    const channel = channelOf({ style });
    const oldest = recorder();
    channel.push('key', 1, oldest.feedback);
    channel.push('key', 2);
    channel.push('key', 3);
    expect(oldest.told).toEqual([]);
    expect(channel.push('key', 4)).toBe(true);
    expect(oldest.told).toEqual([['dropped', 1]]);
    expect(drain(channel)).not.toContain(1);
  });

  it('may push again from within', () => {
    const channel = channelOf({ style: 'klast', capacity: 1 });
    channel.push('key', 1, (status) => status === 'dropped' && channel.push('other', 9));
    channel.push('key', 2, (status) => status === 'dequeued' && channel.push('key', 3));
    expect(drain(channel)).toEqual([2, 9, 3]);
    expect(channel.length).toBe(0);
  });

  it('names every dropped message to onDropped', () => {
    const onDropped = jest.fn();
    const channel = filled('klast', [1, 2, 3, 4], { onDropped });
    expect(onDropped.mock.calls).toEqual([['key', 1]]);
    channel.closeReceiver();
    expect(onDropped.mock.calls.slice(1)).toEqual([
      ['key', 2],
      ['key', 3],
      ['key', 4],
    ]);
  });
});

describe('byte bound', () => {
  const bytes = { capacity: 10, maxBytesPerKey: 10, sizeOf: (message: number) => message };

  it('refuses what does not fit as FIFO', () => {
    const channel = filled('fifo', [6, 5, 4], bytes);
    expect(drain(channel)).toEqual([6, 4]);
  });

  it.each<[QueueStyle, number[]]>([
    ['klast', [4, 6]],
    ['lifo', [6, 4]],
  ])('displaces as many old ones as it takes as %s', (style, left) => {
    const dropped: number[] = [];
    const channel = filled(style, [3, 3, 4, 6], {
      ...bytes,
      onDropped: (_, message) => dropped.push(message),
    });
    expect(dropped).toEqual([3, 3]);
    expect(drain(channel)).toEqual(left);
  });

  it.each<QueueStyle>(['fifo', 'lifo', 'klast'])(
    'drops a message above the bound itself and spares the others, %s',
    (style) => {
      const channel = filled(style, [1, 11], bytes);
      expect(channel.push('elsewhere', 12)).toBe(false);
      expect(channel.keyCount).toBe(1);
      expect(drain(channel)).toEqual([1]);
    },
  );

  it('counts bytes per key and frees them when messages are taken', () => {
    const channel = filled('fifo', [10], bytes);
    expect(channel.push('other', 10)).toBe(true);
    expect(channel.push('key', 1)).toBe(false);
    drain(channel);
    expect(channel.push('key', 10)).toBe(true);
  });

  it('holds both bounds for any sequence of pushes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<QueueStyle>('fifo', 'lifo', 'klast'),
        fc.array(fc.oneof(fc.nat({ max: 14 }), fc.constant('pop' as const))),
        (style, steps) => {
          const options = { style, capacity: 3, maxBytesPerKey: 12, sizeOf: (message: number) => message };
          const channel = channelOf(options);
          let model: number[] = [];
          for (const step of steps) {
            if (step === 'pop') {
              const expected = style === 'lifo' ? model.pop() : model.shift();
              expect(channel.pop()?.message).toBe(expected);
              continue;
            }
            channel.push('key', step);
            const total = () => model.reduce((sum, size) => sum + size, step);
            if (step > 12 || (style === 'fifo' && (model.length === 3 || total() > 12))) continue;
            while (model.length === 3 || total() > 12) model = model.slice(1);
            model.push(step);
          }
          expect(drain(channel)).toEqual(style === 'lifo' ? model.reverse() : model);
        },
      ),
    );
  });
});

describe('receiving', () => {
  it('wakes a waiting receiver for each message [C-411]', async () => {
    const channel = channelOf();
    const got: number[] = [];
    const done = (async () => {
      for await (const { message } of channel) got.push(message);
    })();
    for (const message of [1, 2, 3]) {
      await settle();
      expect(got).toHaveLength(message - 1);
      channel.push('key', message);
    }
    await settle();
    expect(got).toEqual([1, 2, 3]);
    channel.close();
    await done;
    expect(channel.terminated).toBe(true);
  });

  it('refuses a second receiver', async () => {
    const channel = channelOf();
    const first = channel.receive();
    await expect(channel.receive()).rejects.toMatchObject({ code: 'ERR_CHANNEL_RECEIVER_BUSY' });
    channel.push('key', 1);
    await expect(first).resolves.toMatchObject({ message: 1 });
  });

  it('stops waiting when aborted, and loses nothing', async () => {
    const channel = channelOf();
    const controller = new AbortController();
    const waiting = channel.receive({ signal: controller.signal });
    const reason = new RangeError('enough');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    channel.push('key', 1);
    await expect(channel.receive({ signal: controller.signal })).rejects.toBe(reason);
    await expect(channel.receive()).resolves.toMatchObject({ message: 1 });
  });

  it('keeps its place when a loop over it is left', async () => {
    const channel = filled('fifo', [1, 2]);
    for await (const { message } of channel) {
      expect(message).toBe(1);
      break;
    }
    expect(drain(channel)).toEqual([2]);
  });

  it('tells a synchronous consumer when it becomes readable, and once per stretch', () => {
    const channel = channelOf({ capacity: 10 });
    let calls = 0;
    channel.onReadable = () => void calls++;
    expect(calls).toBe(0);
    channel.push('key', 1);
    channel.push('key', 2);
    expect(calls).toBe(1);
    drain(channel);
    channel.push('key', 3);
    expect(calls).toBe(2);
    drain(channel);
    channel.close();
    expect(calls).toBe(3);
    expect(channel.pop()).toBeUndefined();
    expect(channel.terminated).toBe(true);
  });

  it('tells a consumer that comes late at once', () => {
    const channel = filled('fifo', [1]);
    const got: number[] = [];
    channel.onReadable = () => got.push(...drain(channel));
    expect(got).toEqual([1]);
    channel.push('key', 2);
    expect(got).toEqual([1, 2]);
    channel.onReadable = undefined;
    channel.push('key', 3);
    expect(got).toEqual([1, 2]);
  });
});

describe('senders and the end', () => {
  it('does not end while one of two senders lives [C-412]', () => {
    const channel = channelOf();
    const first = channel.createSender();
    const second = first.clone();
    first.push('key', 1);
    first.close();
    first.close();
    expect(drain(channel)).toEqual([1]);
    expect(channel.terminated).toBe(false);
    second.push('key', 2);
    expect(drain(channel)).toEqual([2]);
    second.close();
    expect(channel.pop()).toBeUndefined();
    expect(channel.terminated).toBe(true);
  });

  it('delivers what is left when the last sender goes, then the end, then is terminated [C-425]', async () => {
    const channel = channelOf();
    const sender = channel.createSender();
    sender.push('key', 1);
    sender.push('key', 2);
    sender.close();
    expect(channel.closed).toBe(true);
    expect((await channel.receive())?.message).toBe(1);
    expect((await channel.receive())?.message).toBe(2);
    expect(channel.terminated).toBe(false);
    expect(await channel.receive()).toBeUndefined();
    expect(channel.terminated).toBe(true);
    expect(await channel.receive()).toBeUndefined();
  });

  it('wakes a waiting receiver with the end', async () => {
    const channel = channelOf();
    const waiting = channel.receive();
    channel.createSender()[Symbol.dispose]();
    await expect(waiting).resolves.toBeUndefined();
    expect(channel.terminated).toBe(true);
  });

  it('refuses to push through a closed sender or into a closed channel', () => {
    const channel = channelOf();
    const sender = channel.createSender();
    const other = channel.createSender();
    sender.close();
    expect(sender.closed).toBe(true);
    expect(codeOf(() => sender.push('key', 1))).toBe('ERR_CHANNEL_CLOSED');
    expect(codeOf(() => sender.clone())).toBe('ERR_CHANNEL_CLOSED');
    channel.close();
    expect(other.closed).toBe(true);
    expect(codeOf(() => other.push('key', 1))).toBe('ERR_CHANNEL_CLOSED');
    expect(codeOf(() => channel.push('key', 1))).toBe('ERR_CHANNEL_CLOSED');
    expect(codeOf(() => channel.createSender())).toBe('ERR_CHANNEL_CLOSED');
  });

  it('refuses to push when the receiver is gone [C-424]', () => {
    const channel = channelOf();
    const sender = channel.createSender();
    const told: DeliveryStatus[] = [];
    sender.push('key', 1, (status) => told.push(status));
    channel.closeReceiver();
    expect(told).toEqual(['dropped']);
    expect(codeOf(() => sender.push('key', 2))).toBe('ERR_CHANNEL_RECEIVER_GONE');
    expect(codeOf(() => channel.push('key', 2))).toBe('ERR_CHANNEL_RECEIVER_GONE');
    expect(channel.length).toBe(0);
    sender.close();
  });
});

it('discards everything when cleared and takes messages again [C-422]', () => {
  const channel = filled('fifo', [1, 2]);
  channel.push('other', 3);
  channel.clear();
  expect(channel.length).toBe(0);
  expect(channel.keyCount).toBe(0);
  expect(channel.pop()).toBeUndefined();
  channel.push('other', 4);
  expect(drain(channel)).toEqual([4]);
});

it('ends when it is cleared after its senders went', async () => {
  const channel = filled('fifo', [1]);
  const ended = jest.fn();
  channel.close();
  channel.onReadable = ended;
  channel.clear();
  expect(ended).toHaveBeenCalledTimes(2);
  expect(await channel.receive()).toBeUndefined();
});

describe('memory of keys', () => {
  it('forgets keys that pass by, every 50 pops [C-423]', () => {
    const channel = new KeyedChannel<number, number>({ style: 'fifo', capacity: 1 });
    for (let key = 0; key < 100; key++) channel.push(key, key);
    expect(channel.keyCount).toBe(100);
    for (let i = 0; i < 49; i++) channel.pop();
    expect(channel.keyCount).toBe(100);
    channel.pop();
    expect(channel.keyCount).toBe(50);
    expect(drain(channel)).toHaveLength(50);
    expect(channel.keyCount).toBe(0);
  });

  it('keeps memory bounded over 200,000 keys that push once each [C-423]', () => {
    const channel = new KeyedChannel<number, number>({ style: 'fifo', capacity: 1024 });
    let received = 0;
    let most = 0;
    for (let round = 0; round < 2000; round++) {
      for (let key = 0; key < 100; key++) channel.push(round * 100 + key, key);
      received += drain(channel).length;
      most = Math.max(most, channel.keyCount);
    }
    expect(received).toBe(200_000);
    expect(most).toBeLessThanOrEqual(150);
  });

  it('keeps a key that got a message again before it was forgotten', () => {
    const channel = channelOf({ capacity: 1 });
    for (let i = 0; i < 49; i++) {
      channel.push('busy', i);
      channel.pop();
    }
    channel.push('other', 1);
    channel.push('busy', 49);
    // The 50th pop. The bound of the key holds on: it was not forgotten with its message.
    expect(channel.pop()?.message).toBe(1);
    expect(channel.keyCount).toBe(1);
    expect(channel.push('busy', 50)).toBe(false);
    expect(drain(channel)).toEqual([49]);
  });
});

it('counts every push as enqueued, and what is taken and dropped [C-427]', () => {
  const metrics = new MemoryMetrics();
  const name = 'diem_network_pending_requests';
  const channel = filled('fifo', [1, 2, 3, 4, 5], { counters: channelCounters(metrics, name, 'requests') });
  const count = (state: string) => metrics.value(name, { state });
  channel.pop();
  expect([count('enqueued'), count('dequeued'), count('dropped')]).toEqual([5, 1, 2]);
  channel.clear();
  expect([count('enqueued'), count('dequeued'), count('dropped')]).toEqual([5, 1, 4]);
});

describe('construction', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses capacity %d [C-426]', (capacity) => {
    expect(codeOf(() => channelOf({ capacity }))).toBe('ERR_CHANNEL_INVALID_OPTION');
  });

  it('refuses an unknown style and a byte bound without a size or of nothing', () => {
    expect(codeOf(() => channelOf({ style: 'random' as QueueStyle }))).toBe('ERR_CHANNEL_INVALID_OPTION');
    expect(codeOf(() => channelOf({ maxBytesPerKey: 5 }))).toBe('ERR_CHANNEL_INVALID_OPTION');
    expect(codeOf(() => channelOf({ maxBytesPerKey: 0, sizeOf: () => 1 }))).toBe(
      'ERR_CHANNEL_INVALID_OPTION',
    );
  });
});

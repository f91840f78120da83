import { MemoryMetrics, settle } from '@diemnet/types/testing';
import { GaugedChannel } from '../src/index.js';

const NAME = 'diem_network_pending_wire_messages';

function setup(capacity = 1) {
  const metrics = new MemoryMetrics();
  const gauge = metrics.gauge({ name: NAME, help: 'pending' }).labels();
  const channel = new GaugedChannel<number>({ capacity, gauge });
  return { metrics, gauge, channel, shown: () => metrics.value(NAME) };
}

it('goes up when a message is queued and down when it is taken [C-428]', async () => {
  const { channel, shown } = setup(8);
  expect(shown()).toBe(0);
  await channel.send(1);
  expect(shown()).toBe(1);
  expect(await channel.receive()).toBe(1);
  expect(shown()).toBe(0);
});

it('makes a sender wait until there is room, and counts only what is queued [C-429]', async () => {
  const { channel, shown } = setup();
  await channel.send(1);
  let sent = false;
  const second = channel.send(2).then(() => (sent = true));
  await settle();
  expect(sent).toBe(false);
  expect(shown()).toBe(1);
  expect(channel.pop()).toBe(1);
  await second;
  expect(shown()).toBe(1);
  expect(channel.pop()).toBe(2);
  expect(shown()).toBe(0);
});

it('refuses to try when it is full and leaves the gauge alone [C-430]', () => {
  const { channel, shown } = setup();
  expect(channel.trySend(1)).toBe(true);
  expect(channel.trySend(2)).toBe(false);
  expect(shown()).toBe(1);
  expect(channel.pop()).toBe(1);
  expect(channel.trySend(2)).toBe(true);
});

it('lets waiting senders in as they came, and nobody past them', async () => {
  const { channel } = setup();
  channel.trySend(0);
  const done: number[] = [];
  for (const message of [1, 2, 3]) void channel.send(message).then(() => done.push(message));
  await settle();
  expect(channel.waitingSenders).toBe(3);
  expect(channel.pop()).toBe(0);
  expect(channel.trySend(9)).toBe(false);
  await settle();
  expect(done).toEqual([1]);
  expect([channel.pop(), channel.pop(), channel.pop(), channel.pop()]).toEqual([1, 2, 3, undefined]);
  await settle();
  expect(done).toEqual([1, 2, 3]);
});

it('forgets a sender that gives up', async () => {
  const { channel, shown } = setup();
  channel.trySend(0);
  const controller = new AbortController();
  const given = channel.send(1, { signal: controller.signal });
  const patient = channel.send(2);
  controller.abort(new RangeError('enough'));
  await expect(given).rejects.toThrow('enough');
  await expect(channel.send(3, { signal: controller.signal })).rejects.toThrow('enough');
  expect(channel.pop()).toBe(0);
  await patient;
  expect(channel.pop()).toBe(2);
  expect(shown()).toBe(0);
});

it('does not lose count when another channel is created on the same gauge [D-33]', () => {
  const { channel, gauge, shown } = setup(5);
  channel.trySend(1);
  channel.trySend(2);
  const other = new GaugedChannel<number>({ capacity: 1, gauge });
  expect(shown()).toBe(2);
  other.trySend(3);
  expect(shown()).toBe(3);
  channel.closeReceiver();
  expect(shown()).toBe(1);
});

it('delivers what is queued and who waits after closing, then the end', async () => {
  const { channel } = setup();
  channel.trySend(1);
  const waiting = channel.send(2);
  channel.close();
  channel.close();
  await expect(channel.send(3)).rejects.toMatchObject({ code: 'ERR_CHANNEL_CLOSED' });
  const got: number[] = [];
  for await (const message of channel) got.push(message);
  await waiting;
  expect(got).toEqual([1, 2]);
  expect(channel.terminated).toBe(true);
});

it('ends for the receiver when the last waiting sender gives up after closing', async () => {
  const { channel } = setup();
  channel.trySend(1);
  const controller = new AbortController();
  const waiting = channel.send(2, { signal: controller.signal });
  channel.close();
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  expect(channel.pop()).toBe(1);
  expect(await channel.receive()).toBeUndefined();
});

it('refuses senders, those who wait too, when the receiver goes', async () => {
  const { channel, shown } = setup();
  channel.trySend(1);
  const waiting = channel.send(2);
  channel.closeReceiver();
  channel.closeReceiver();
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_CHANNEL_RECEIVER_GONE' });
  await expect(channel.send(3)).rejects.toMatchObject({ code: 'ERR_CHANNEL_RECEIVER_GONE' });
  expect(shown()).toBe(0);
  expect(channel.closed).toBe(true);
  expect(await channel.receive()).toBeUndefined();
});

it('tells a synchronous consumer', () => {
  const { channel } = setup(3);
  const got: number[] = [];
  channel.onReadable = () => {
    for (let message = channel.pop(); message !== undefined; message = channel.pop()) got.push(message);
  };
  channel.trySend(1);
  channel.trySend(2);
  expect(got).toEqual([1, 2]);
  expect(channel.length).toBe(0);
});

it.each([0, 2.5])('refuses capacity %d', (capacity) => {
  expect(() => new GaugedChannel({ capacity })).toThrow(
    expect.objectContaining({ code: 'ERR_CHANNEL_INVALID_OPTION' }),
  );
});

import { settle } from '@diemnet/types/testing';
import { ReconfigurationFeed } from '../../src/index.js';

const set = (byte: number) => Uint8Array.of(0, byte);

describe('ReconfigurationFeed', () => {
  it('gives every reader the latest payload, also one published before it began', async () => {
    const feed = new ReconfigurationFeed();
    feed.publish(set(1));
    const one = feed[Symbol.asyncIterator]();
    const two = feed[Symbol.asyncIterator]();
    await expect(one.next()).resolves.toEqual({ done: false, value: set(1) });
    feed.publish(set(2));
    feed.publish(set(3));
    await expect(one.next()).resolves.toEqual({ done: false, value: set(3) });
    await expect(two.next()).resolves.toEqual({ done: false, value: set(3) });
  });

  it('lets readers wait for the next payload', async () => {
    const feed = new ReconfigurationFeed();
    const reader = feed[Symbol.asyncIterator]();
    const waiting = reader.next();
    await settle();
    feed.publish(set(1));
    await expect(waiting).resolves.toEqual({ done: false, value: set(1) });
  });

  it('ends the stream of a reader that leaves, even while it waits', async () => {
    const feed = new ReconfigurationFeed();
    const reader = feed[Symbol.asyncIterator]();
    const waiting = reader.next();
    await reader.return?.();
    await expect(waiting).resolves.toEqual({ done: true, value: undefined });
    feed.publish(set(1));
    await expect(reader.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('ends all streams once it is closed and what is pending was taken', async () => {
    const feed = new ReconfigurationFeed();
    const late = feed[Symbol.asyncIterator]();
    const waiting = feed[Symbol.asyncIterator]().next();
    await settle();
    feed.close();
    await expect(waiting).resolves.toMatchObject({ done: true });
    feed.publish(set(1));
    await expect(late.next()).resolves.toEqual({ done: false, value: set(1) });
    await expect(late.next()).resolves.toMatchObject({ done: true });
  });
});

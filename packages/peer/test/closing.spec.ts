import { settle } from '@diemnet/types/testing';
import { MockTime } from '@diemnet/types/testing';
import { DeadlineWheel, disconnectReasonOf } from '../src/index.js';
import { TestSocket, createTestSocketPair } from '../src/testing/index.js';
import { PeerHarness, bytes, directSend, framed, rpcRequest, rpcResponse } from './harness.js';

/** True once the promise has settled. */
function watch(promise: Promise<void>): { done: boolean } {
  const state = { done: false };
  void promise.then(() => (state.done = true));
  return state;
}

describe('closing', () => {
  it('ends as requested, and the peer with it [C-210]', async () => {
    const harness = new PeerHarness();
    const closed = harness.peer.close('requested');
    expect(harness.socket.ended).toBe(true);
    harness.socket.remoteEnd();
    await closed;
    expect(harness.ends).toEqual([{ cause: 'requested', error: undefined }]);
    expect(disconnectReasonOf('requested')).toBe('Requested');
    expect(harness.peer.state).toBe('closed');
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('ends as lost when the remote closes [C-211]', async () => {
    const harness = new PeerHarness();
    harness.socket.remoteEnd();
    await harness.peer.closed;
    expect(harness.ends).toEqual([{ cause: 'remote-closed', error: undefined }]);
    expect(disconnectReasonOf('remote-closed')).toBe('ConnectionLost');
    expect(harness.socket.ended).toBe(true);
  });

  it.each([true, false])('ends when it is closed at once (started: %s) [C-212]', async (start) => {
    const harness = new PeerHarness({ start });
    void harness.peer.close('shutdown');
    harness.socket.remoteEnd();
    await harness.peer.closed;
    const destroyed = new PeerHarness({ start });
    destroyed.peer.destroy('tie-lost');
    await destroyed.peer.closed;
    expect([harness.ends[0]?.cause, destroyed.ends[0]?.cause]).toEqual(['shutdown', 'tie-lost']);
    expect([harness.time.pendingTimers, destroyed.time.pendingTimers]).toEqual([0, 0]);
    harness.peer.start();
    expect(harness.peer.state).toBe('closed');
  });

  it('holds no part of a message that it will not read [D-32]', async () => {
    const harness = new PeerHarness();
    harness.socket.receive(Uint8Array.of(0, 0x80, 0, 0, ...new Uint8Array(5000)));
    await settle();
    expect(harness.peer.stats().held.receiving).toBe(5000);
    void harness.peer.close('unhealthy');
    expect(harness.peer.stats().held.receiving).toBe(0);
    harness.socket.remoteEnd();
    await harness.peer.closed;
    expect(harness.ends).toEqual([{ cause: 'unhealthy', error: undefined }]);
  });

  it('sends what was accepted, then half-closes and reads to the end [C-221] [D-10]', async () => {
    const harness = new PeerHarness();
    harness.socket.writable = false;
    for (let i = 0; i < 3; i++) harness.peer.sendDirectSend(2, bytes(i));
    await settle();
    harness.peer.sendDirectSend(2, bytes(3));
    const closing = watch(harness.peer.close('requested'));
    expect(harness.socket.ended).toBe(false);
    expect(() => harness.peer.sendDirectSend(2, bytes(9))).toThrow(
      expect.objectContaining({
        code: 'ERR_CONNECTION_CLOSED',
        details: { cause: 'requested', retrySafe: false },
      }),
    );
    harness.socket.drain();
    expect(harness.socket.ended).toBe(true);
    harness.receive(directSend(3, bytes(7)), rpcRequest(0, bytes(1)));
    expect(harness.directSends).toEqual([{ protocolId: 3, payload: bytes(7) }]);
    expect(harness.requests).toEqual([]);
    await settle();
    expect(closing.done).toBe(false);
    harness.socket.remoteEnd();
    await harness.peer.closed;
    expect(await harness.sent()).toHaveLength(4);
    expect(harness.ends).toEqual([{ cause: 'requested', error: undefined }]);
  });

  it('hands nothing up any more from a peer that is not welcome', async () => {
    const harness = new PeerHarness();
    void harness.peer.close('not-trusted');
    harness.receive(directSend(3, bytes(7)));
    harness.socket.receive(bytes(0xff, 0xff, 0xff, 0xff));
    expect(harness.directSends).toEqual([]);
    harness.socket.remoteEnd();
    await harness.peer.closed;
    expect(harness.ends).toEqual([{ cause: 'not-trusted', error: undefined }]);
  });

  it('ends within the grace period although the remote does not read [C-222] [C-221] [D-01] [D-04]', async () => {
    const [left, right] = createTestSocketPair({ highWaterBytes: 10_000 });
    right.pause();
    const harness = new PeerHarness({ socket: left });
    for (let i = 0; i < 100; i++) harness.peer.sendDirectSend(2, new Uint8Array(10_000));
    await settle();
    expect(harness.peer.queuedBytes).toBeGreaterThan(100_000);
    const closing = watch(harness.peer.close('unhealthy', { graceMs: 3000 }));
    await harness.time.advanceAsync(2999);
    expect(closing.done).toBe(false);
    await harness.time.advanceAsync(1);
    expect(closing.done).toBe(true);
    expect(harness.ends).toEqual([{ cause: 'unhealthy', error: undefined }]);
    expect(harness.metrics.value('diem_network_pending_wire_messages')).toBe(0);
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('ends within the grace period although the remote never half-closes [C-221] [D-10]', async () => {
    const harness = new PeerHarness();
    const closing = watch(harness.peer.close('requested'));
    await harness.time.advanceAsync(4999);
    expect(closing.done).toBe(false);
    await harness.time.advanceAsync(1);
    expect(closing.done).toBe(true);
  });

  describe('by retiring', () => {
    const TIMES = { graceMs: 5000, lingerMs: 1000 };

    it('refuses new work and carries on with what is under way, both ways [D-06]', async () => {
      const harness = new PeerHarness();
      const answer = harness.peer.sendRpc(0, bytes(1), { timeoutMs: 60_000 });
      await settle();
      void harness.peer.retire('replaced', TIMES);
      expect(() => harness.peer.sendDirectSend(2, bytes(9))).toThrow(
        expect.objectContaining({ code: 'ERR_CONNECTION_CLOSED' }),
      );
      harness.receive(directSend(3, bytes(7)), rpcRequest(4, bytes(2)));
      expect(harness.directSends).toEqual([{ protocolId: 3, payload: bytes(7) }]);
      await harness.time.advanceAsync(2000);
      expect(harness.socket.ended).toBe(false);
      harness.requests[0]?.responder.respond(bytes(3));
      harness.receive(rpcResponse(0, bytes(8)));
      expect(await answer).toEqual(bytes(8));
      await harness.time.advanceAsync(100);
      expect(harness.socket.ended).toBe(true);
      expect(await harness.sent()).toHaveLength(2);
      harness.socket.remoteEnd();
      await harness.peer.closed;
      expect(harness.ends).toEqual([{ cause: 'replaced', error: undefined }]);
      expect(harness.time.pendingTimers).toBe(0);
    });

    it('waits for the time that the remote needs to learn of the other connection', async () => {
      const harness = new PeerHarness();
      void harness.peer.retire('replaced', TIMES);
      await harness.time.advanceAsync(999);
      expect(harness.socket.ended).toBe(false);
      await harness.time.advanceAsync(1);
      expect(harness.socket.ended).toBe(true);
    });

    it('ends with the grace period, and requests with it, as safe to repeat [D-01]', async () => {
      const harness = new PeerHarness();
      const answer = harness.peer
        .sendRpc(0, bytes(1), { timeoutMs: 60_000 })
        .catch((error: unknown) => error);
      await settle();
      void harness.peer.retire('replaced', TIMES);
      await harness.time.advanceAsync(5000);
      expect(await answer).toMatchObject({ code: 'ERR_CONNECTION_CLOSED', details: { retrySafe: true } });
      await harness.peer.closed;
      expect(harness.ends).toEqual([{ cause: 'replaced', error: undefined }]);
      expect(harness.time.pendingTimers).toBe(0);
    });

    it('goes on sending when the remote, retiring as well, is done first [D-06]', async () => {
      const harness = new PeerHarness();
      harness.socket.writable = false;
      for (let i = 0; i < 3; i++) harness.peer.sendDirectSend(2, bytes(i));
      await settle();
      void harness.peer.retire('replaced', TIMES);
      await harness.time.advanceAsync(1000);
      harness.socket.remoteEnd();
      await harness.time.advanceAsync(3900);
      expect(harness.socket.destroyed).toBe(false);
      harness.socket.drain();
      expect(harness.socket.ended).toBe(true);
      await harness.peer.closed;
      expect(await harness.sent()).toHaveLength(3);
      expect(harness.ends).toEqual([{ cause: 'replaced', error: undefined }]);
      expect(harness.time.pendingTimers).toBe(0);
    });

    it.each(['remoteEnd', 'close', 'destroy'] as const)('ends early by %s', async (how) => {
      const harness = new PeerHarness();
      const answer = harness.peer
        .sendRpc(0, bytes(1), { timeoutMs: 60_000 })
        .catch((error: unknown) => error);
      await settle();
      void harness.peer.retire('tie-lost', TIMES);
      if (how === 'close') void harness.peer.close('shutdown');
      else if (how === 'destroy') harness.peer.destroy('shutdown');
      harness.socket.remoteEnd();
      expect(await answer).toMatchObject({ code: 'ERR_CONNECTION_CLOSED' });
      await harness.peer.closed;
      expect(harness.ends).toEqual([{ cause: 'tie-lost', error: undefined }]);
      expect(harness.time.pendingTimers).toBe(0);
    });
  });

  it('can be asked twice; a shorter grace counts, the first cause stays', async () => {
    const harness = new PeerHarness();
    void harness.peer.close('requested', { graceMs: 60_000 });
    const second = watch(harness.peer.close('shutdown', { graceMs: 100 }));
    void harness.peer.close('shutdown', { graceMs: 90_000 });
    await harness.time.advanceAsync(100);
    expect(second.done).toBe(true);
    expect(harness.ends).toEqual([{ cause: 'requested', error: undefined }]);
    await harness.peer.close('shutdown');
    harness.peer.destroy('shutdown');
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('reports the end exactly once, however many reasons come together [C-227]', async () => {
    const harness = new PeerHarness();
    void harness.peer.close('requested');
    harness.peer.destroy('misbehaviour');
    harness.socket.fail(new TypeError('reset'));
    harness.socket.fail();
    await settle();
    harness.socket.remoteEnd();
    expect(harness.ends).toEqual([{ cause: 'requested', error: undefined }]);
  });

  it('reports the end once of a socket that closes twice [C-227]', async () => {
    const harness = new PeerHarness();
    harness.socket.fail(new TypeError('reset'));
    harness.socket.closed = false;
    harness.socket.fail();
    await settle();
    expect(harness.ends).toHaveLength(1);
  });

  it('survives an owner that throws when told about the end [C-227]', async () => {
    const harness = new PeerHarness();
    harness.onDisconnected = () => {
      throw new TypeError('defect');
    };
    harness.peer.destroy('shutdown');
    await harness.peer.closed;
    expect(harness.logger.at('warn')).toHaveLength(1);
  });

  it('delivers nothing after it was destroyed, not even the rest of a chunk', () => {
    const harness = new PeerHarness();
    const upcall = harness.onDirectSend.bind(harness);
    harness.onDirectSend = (peer, protocolId, payload) => {
      upcall(peer, protocolId, payload);
      peer.destroy('requested');
    };
    const one = framed(directSend(2, bytes(1)));
    harness.socket.receive(Buffer.concat([one, one, one]));
    expect(harness.directSends).toHaveLength(1);
  });

  it('sends what is queued to a remote that only half-closed', async () => {
    const harness = new PeerHarness();
    harness.peer.sendDirectSend(2, bytes(1));
    harness.socket.remoteEnd();
    await harness.peer.closed;
    expect(await harness.sent()).toEqual([directSend(2, bytes(1))]);
  });

  it('goes on sending to a remote that half-closed and reads slowly', async () => {
    const harness = new PeerHarness({ options: { writeBatchBytes: 100 } });
    harness.socket.writable = false;
    for (let i = 0; i < 3; i++) harness.peer.sendDirectSend(2, new Uint8Array(200).fill(i));
    await settle();
    harness.socket.remoteEnd();
    expect(harness.socket.ended).toBe(false);
    harness.time.advance(900);
    harness.socket.drain();
    expect(harness.socket.ended).toBe(true);
    await harness.peer.closed;
    expect(await harness.sent()).toHaveLength(3);
    expect(harness.ends).toEqual([{ cause: 'remote-closed', error: undefined }]);
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('does not wait long for a remote that half-closed and does not read [D-04]', async () => {
    const harness = new PeerHarness();
    harness.socket.writable = false;
    harness.peer.sendDirectSend(2, bytes(1));
    await settle();
    harness.peer.sendDirectSend(2, bytes(2));
    harness.socket.remoteEnd();
    harness.time.advance(999);
    expect(harness.socket.destroyed).toBe(false);
    harness.time.advance(1);
    expect(harness.socket.destroyed).toBe(true);
    const slow = new PeerHarness();
    slow.socket.autoClose = false;
    slow.socket.remoteEnd();
    expect(slow.socket.destroyed).toBe(false);
    slow.time.advance(1000);
    expect(slow.socket.destroyed).toBe(true);
  });

  it('ends when the socket refuses to be written', async () => {
    const harness = new PeerHarness();
    const error = new TypeError('EIO');
    harness.socket.writeError = error;
    harness.peer.sendDirectSend(2, bytes(1));
    await settle();
    expect(harness.ends).toEqual([{ cause: 'io-error', error }]);
  });

  it('leaves the reason to a socket that has closed already', async () => {
    const harness = new PeerHarness();
    harness.socket.closed = true;
    harness.peer.sendDirectSend(2, bytes(1));
    await settle();
    expect(harness.peer.state).toBe('connected');
    harness.socket.closed = false;
    harness.socket.fail();
    expect(harness.ends).toEqual([{ cause: 'remote-closed', error: undefined }]);
  });
});

describe('a writer without progress', () => {
  it('ends the connection after 30 s [D-04] [D-01]', async () => {
    const harness = new PeerHarness();
    harness.socket.writable = false;
    harness.peer.sendDirectSend(2, bytes(1));
    await harness.time.advanceAsync(29_999);
    expect(harness.ends).toEqual([]);
    await harness.time.advanceAsync(1);
    expect(harness.ends).toEqual([{ cause: 'write-stalled', error: undefined }]);
    expect(disconnectReasonOf('write-stalled')).toBe('ConnectionLost');
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('lives on while something gets out', async () => {
    const harness = new PeerHarness({ options: { writeBatchBytes: 100 } });
    harness.socket.writable = false;
    harness.peer.sendDirectSend(2, new Uint8Array(2000));
    for (let i = 0; i < 10; i++) {
      await harness.time.advanceAsync(29_000);
      harness.socket.drain(false);
    }
    expect(harness.peer.state).toBe('connected');
    await harness.time.advanceAsync(30_000);
    expect(harness.ends[0]?.cause).toBe('write-stalled');
  });

  it('notices bytes that stay in the socket below its mark', async () => {
    const harness = new PeerHarness();
    harness.socket.queuedBytes = 500;
    harness.peer.sendDirectSend(2, bytes(1));
    await harness.time.advanceAsync(20_000);
    harness.socket.queuedBytes = 400;
    await harness.time.advanceAsync(10_000);
    expect(harness.peer.state).toBe('connected');
    await harness.time.advanceAsync(30_000);
    expect(harness.ends[0]?.cause).toBe('write-stalled');
  });

  it('has no deadline while nothing waits', async () => {
    const time = new MockTime();
    const deadlines = new DeadlineWheel(time);
    const harness = new PeerHarness({ time, deadlines });
    harness.peer.sendDirectSend(2, bytes(1));
    await settle();
    expect(deadlines.size).toBe(0);
    harness.socket.writable = false;
    harness.peer.sendDirectSend(2, bytes(1));
    await settle();
    expect(deadlines.size).toBe(1);
    harness.socket.drain();
    expect(deadlines.size).toBe(0);
  });
});

describe('a shared wheel of deadlines', () => {
  it('serves all peers with one timer and keeps none for those that are gone', async () => {
    const time = new MockTime();
    const deadlines = new DeadlineWheel(time);
    const peers = Array.from(
      { length: 20 },
      () => new PeerHarness({ time, deadlines, socket: new TestSocket() }),
    );
    for (const { peer } of peers) peer.sendRpc(0, bytes(1), { timeoutMs: 1000 }).catch(() => {});
    expect(time.pendingTimers).toBe(1);
    for (const { peer } of peers) peer.destroy('shutdown');
    await Promise.all(peers.map(({ peer }) => peer.closed));
    expect(deadlines.size).toBe(0);
    expect(time.pendingTimers).toBe(0);
  });
});

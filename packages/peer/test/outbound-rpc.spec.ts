import { noMetrics } from '@diemnet/types';
import { MockTime, settle } from '@diemnet/types/testing';
import type { NetworkMessage } from '@diemnet/wire';
import { DeadlineWheel, createPeerMetrics } from '../src/index.js';
import { OutboundMessage } from '../src/outbound-message.js';
import { OutboundRpcs } from '../src/outbound-rpcs.js';
import { resolvePeerOptions } from '../src/options.js';
import { ProtocolTable } from '../src/protocol-table.js';
import { protocolIdSet } from '@diemnet/wire';
import { TestSocket } from '../src/testing/index.js';
import { CONTEXT, PeerHarness, bytes, framed, rejection, rpcRequest, rpcResponse } from './harness.js';

const idOf = (message: NetworkMessage | undefined) => (message as { requestId: number }).requestId;
const LATENCY = 'diem_network_outbound_rpc_request_latency_seconds';

describe('outbound RPC', () => {
  it('gets 30 answers one after the other, with distinct ids and priority 0 [C-238]', async () => {
    const harness = new PeerHarness();
    for (let i = 0; i < 30; i++) {
      const answer = harness.peer.sendRpc(0, bytes(i), { timeoutMs: 1000 });
      expect(await harness.sent()).toEqual([rpcRequest(i, bytes(i))]);
      harness.receive(rpcResponse(i, bytes(i, i)));
      expect(await answer).toEqual(bytes(i, i));
    }
  });

  it('gets 30 answers at once, with distinct ids [C-239]', async () => {
    const harness = new PeerHarness();
    const answers = Array.from({ length: 30 }, (_, i) =>
      harness.peer.sendRpc(0, bytes(i), { timeoutMs: 1000 }),
    );
    const ids = (await harness.sent()).map(idOf);
    expect(new Set(ids).size).toBe(30);
    for (const [i, id] of ids.entries()) harness.receive(rpcResponse(id, bytes(100 + i)));
    expect(await Promise.all(answers)).toEqual(ids.map((_, i) => bytes(100 + i)));
  });

  it('gives each caller its own answer when they come in reverse order [C-240]', async () => {
    const harness = new PeerHarness();
    const answers = [0, 1, 2].map((i) => harness.peer.sendRpc(0, bytes(i), { timeoutMs: 1000 }));
    await settle();
    for (const id of [2, 1, 0]) harness.receive(rpcResponse(id, bytes(id + 10)));
    expect(await Promise.all(answers)).toEqual([bytes(10), bytes(11), bytes(12)]);
  });

  it('discards the answer to a request that the caller gave up [C-241]', async () => {
    const time = new MockTime();
    const deadlines = new DeadlineWheel(time);
    const harness = new PeerHarness({ time, deadlines });
    const controller = new AbortController();
    const answer = harness.peer.sendRpc(0, bytes(1), { timeoutMs: 1000, signal: controller.signal });
    await settle();
    controller.abort();
    await expect(answer).rejects.toThrow();
    harness.receive(rpcResponse(0, bytes(1)));
    expect(harness.peer.state).toBe('connected');
    expect(harness.rpcCount('request', 'canceled')).toBe(1);
    expect(harness.rpcCount('response', 'received')).toBe(0);
    expect(deadlines.size).toBe(0);
  });

  it('times out, and discards the answer that comes later [C-242]', async () => {
    const harness = new PeerHarness();
    const answer = rejection(harness.peer.sendRpc(0, bytes(1), { timeoutMs: 500 }));
    await settle();
    harness.time.advance(499);
    await settle();
    expect(harness.peer.stats().pendingOutboundRpcs).toBe(1);
    harness.time.advance(1);
    expect(await answer).toBe('ERR_RPC_TIMED_OUT');
    harness.receive(rpcResponse(0, bytes(1)));
    expect(harness.peer.state).toBe('connected');
    expect(harness.rpcCount('request', 'failed')).toBe(1);
    expect(harness.logger.at('info')[0]?.fields).toMatchObject({
      request_id: 0,
      remote_peer: '0A'.repeat(16),
    });
  });

  it('counts the time in our own queue, and does not send what has timed out there [D-45]', async () => {
    const harness = new PeerHarness();
    harness.socket.writable = false;
    harness.peer.sendDirectSend(2, bytes(0));
    await settle();
    const answer = rejection(harness.peer.sendRpc(0, new Uint8Array(5000), { timeoutMs: 50 }));
    harness.time.advance(50);
    expect(await answer).toBe('ERR_RPC_TIMED_OUT');
    expect(harness.peer.queuedBytes).toBe(0);
    harness.socket.drain();
    expect(await harness.sent()).toHaveLength(1);
  });

  it('declines the request beyond the limit until one completes [C-243]', async () => {
    const harness = new PeerHarness();
    const answers = Array.from({ length: 100 }, () => harness.peer.sendRpc(0, bytes(1), { timeoutMs: 1000 }));
    await expect(harness.peer.sendRpc(0, bytes(1), { timeoutMs: 1000 })).rejects.toMatchObject({
      code: 'ERR_TOO_MANY_PENDING',
      details: { limit: 100 },
    });
    expect(await harness.sent()).toHaveLength(100);
    expect(harness.rpcCount('request', 'declined')).toBe(1);
    harness.receive(rpcResponse(40, bytes(1)));
    await answers[40];
    const next = harness.peer.sendRpc(0, bytes(1), { timeoutMs: 1000 });
    expect((await harness.sent()).map(idOf)).toEqual([100]);
    for (const promise of [...answers, next]) promise.catch(() => {});
    harness.peer.destroy('shutdown');
  });

  it('sends nothing for a caller that has given up before [C-244]', async () => {
    const harness = new PeerHarness();
    const signal = AbortSignal.abort();
    await expect(harness.peer.sendRpc(0, bytes(1), { timeoutMs: 1000, signal })).rejects.toThrow();
    const controller = new AbortController();
    const queued = harness.peer.sendRpc(0, bytes(1), { timeoutMs: 1000, signal: controller.signal });
    controller.abort();
    await expect(queued).rejects.toThrow();
    expect(await harness.sent()).toEqual([]);
    expect(harness.rpcCount('request', 'canceled')).toBe(2);
  });

  it.each(['remoteEnd', 'fail', 'close', 'destroy'] as const)(
    'fails at once when the connection ends by %s [C-245] [D-08]',
    async (how) => {
      const harness = new PeerHarness();
      const answer = harness.peer.sendRpc(0, bytes(1), { timeoutMs: 1000 });
      answer.catch(() => {});
      await settle();
      if (how === 'remoteEnd') harness.socket.remoteEnd();
      else if (how === 'fail') harness.socket.fail(new TypeError('reset'));
      else if (how === 'close') void harness.peer.close('requested');
      else harness.peer.destroy('requested');
      const cause = {
        remoteEnd: 'remote-closed',
        fail: 'io-error',
        close: 'requested',
        destroy: 'requested',
      }[how];
      await expect(answer).rejects.toMatchObject({
        code: 'ERR_CONNECTION_CLOSED',
        details: { cause, retrySafe: false },
      });
      await expect(harness.peer.sendRpc(0, bytes(1), { timeoutMs: 10 })).rejects.toMatchObject({
        code: 'ERR_CONNECTION_CLOSED',
      });
      expect(harness.metrics.observations(LATENCY)).toEqual([]);
    },
  );

  it('tells when asking again is safe: connection replaced, or nothing sent [D-45]', async () => {
    const sent = new PeerHarness();
    const answer = sent.peer.sendRpc(0, bytes(1), { timeoutMs: 1000 });
    await settle();
    void sent.peer.close('replaced');
    await expect(answer).rejects.toMatchObject({ details: { cause: 'replaced', retrySafe: true } });
    const unsent = new PeerHarness();
    const queued = unsent.peer.sendRpc(0, bytes(1), { timeoutMs: 1000 });
    unsent.socket.fail();
    await expect(queued).rejects.toMatchObject({ details: { cause: 'remote-closed', retrySafe: true } });
  });

  it('discards answers with an unknown id and second answers [C-246]', async () => {
    const harness = new PeerHarness();
    const answer = harness.peer.sendRpc(0, bytes(1), { timeoutMs: 1000 });
    await settle();
    harness.receive(rpcResponse(55, bytes(9)), rpcResponse(0, bytes(1)), rpcResponse(0, bytes(2)));
    expect(await answer).toEqual(bytes(1));
    expect(harness.peer.state).toBe('connected');
    expect(harness.rpcCount('response', 'received')).toBe(1);
  });

  it('wraps ids after 2^32 - 1 and skips those in use [C-247] [D-45]', () => {
    const time = new MockTime();
    const rpcs = new OutboundRpcs(
      {
        deadlines: new DeadlineWheel(time),
        time,
        metrics: createPeerMetrics(noMetrics, CONTEXT),
        discard: () => {},
      },
      { firstRequestId: 2 ** 32 - 1 },
    );
    const state = new ProtocolTable(protocolIdSet([0]), resolvePeerOptions()).get(0);
    const wait = (id: number) =>
      void rpcs.wait(state, OutboundMessage.rpcRequest(0, id, 0, bytes()), {
        timeoutMs: 1,
        signal: undefined,
      });
    expect(rpcs.takeId()).toBe(2 ** 32 - 1);
    wait(0);
    wait(1);
    expect(rpcs.takeId()).toBe(2);
    rpcs.onResponse(0, bytes());
    expect(rpcs.takeId()).toBe(3);
  });

  it('counts ids from 0 on every connection [C-248]', async () => {
    for (let connection = 0; connection < 2; connection++) {
      const harness = new PeerHarness();
      harness.peer.sendRpc(5, bytes(1), { timeoutMs: 1000 }).catch(() => {});
      expect((await harness.sent()).map(idOf)).toEqual([0]);
    }
  });

  it('counts what was sent, received, declined, canceled and failed [C-251]', async () => {
    const harness = new PeerHarness({ options: { maxPendingOutboundRpcs: 2 } });
    const controller = new AbortController();
    const signal = controller.signal;
    const answered = harness.peer.sendRpc(0, new Uint8Array(10), { timeoutMs: 1000 });
    const canceled = rejection(harness.peer.sendRpc(0, new Uint8Array(20), { timeoutMs: 1000, signal }));
    const declined = rejection(harness.peer.sendRpc(0, new Uint8Array(30), { timeoutMs: 1000 }));
    await settle();
    controller.abort();
    harness.receive(rpcResponse(0, new Uint8Array(7)));
    const failed = rejection(harness.peer.sendRpc(0, new Uint8Array(40), { timeoutMs: 1 }));
    harness.time.advance(1);
    await Promise.all([answered, canceled, declined, failed]);
    const states = ['sent', 'received', 'declined', 'canceled', 'failed'];
    expect(states.map((state) => harness.rpcCount('request', state))).toEqual([3, 0, 1, 1, 1]);
    expect(harness.rpcCount('response', 'received')).toBe(1);
    const count = (type: string, state: string) =>
      harness.metrics.value('diem_network_rpc_bytes', { type, state });
    expect([count('request', 'sent'), count('response', 'received')]).toEqual([70, 7]);
  });

  it('observes the latency of successes only [C-252]', async () => {
    const harness = new PeerHarness();
    const answer = harness.peer.sendRpc(5, bytes(1), { timeoutMs: 1000 });
    const late = rejection(harness.peer.sendRpc(5, bytes(1), { timeoutMs: 100 }));
    const controller = new AbortController();
    const canceled = rejection(
      harness.peer.sendRpc(5, bytes(1), { timeoutMs: 1000, signal: controller.signal }),
    );
    const lost = rejection(harness.peer.sendRpc(5, bytes(1), { timeoutMs: 1000 }));
    await settle();
    harness.time.advance(250);
    controller.abort();
    harness.receive(rpcResponse(0, bytes(1)));
    await answer;
    harness.peer.destroy('shutdown');
    await Promise.all([late, canceled, lost]);
    expect(harness.metrics.observations(LATENCY, { protocol_id: 'HealthCheckerRpc' })).toEqual([0.25]);
    expect(harness.metrics.observations(LATENCY)).toHaveLength(1);
  });

  it('fails the oldest request of a protocol that the remote does not know [C-216] [D-09]', async () => {
    const harness = new PeerHarness({ connection: { protocolIds: [0, 5, 130] } });
    const send = (protocolId: number) => harness.peer.sendRpc(protocolId, bytes(1), { timeoutMs: 1000 });
    const [first, other, second, high] = [send(0), send(5), send(0), send(130)].map(rejection);
    await settle();
    harness.receive({ type: 'Error', error: { code: 'NotSupported', kind: 'RpcRequest', protocolId: 0 } });
    expect(await first).toBe('ERR_NOT_SUPPORTED');
    expect(harness.peer.stats().pendingOutboundRpcs).toBe(3);
    harness.receive({ type: 'Error', error: { code: 'ParsingError', message: 1, protocol: 0 } });
    expect(await second).toBe('ERR_NOT_SUPPORTED');
    harness.receive({ type: 'Error', error: { code: 'ParsingError', message: 1, protocol: 130 } });
    expect(await high).toBe('ERR_NOT_SUPPORTED');
    harness.receive(
      { type: 'Error', error: { code: 'NotSupported', kind: 'DirectSendMsg', protocolId: 5 } },
      { type: 'Error', error: { code: 'ParsingError', message: 3, protocol: 5 } },
    );
    expect(harness.peer.stats().pendingOutboundRpcs).toBe(1);
    harness.peer.destroy('shutdown');
    expect(await other).toBe('ERR_CONNECTION_CLOSED');
    expect(harness.rpcCount('request', 'failed')).toBe(4);
  });

  it('gives the caller memory of its own', async () => {
    const socket = new TestSocket();
    const harness = new PeerHarness({ socket });
    const answer = harness.peer.sendRpc(0, bytes(1), { timeoutMs: 1000 });
    await settle();
    const chunk = Buffer.concat([framed(rpcResponse(0, bytes(1, 2))), new Uint8Array(200)]);
    socket.receive(chunk.subarray(0, 13));
    const payload = await answer;
    expect(payload).toEqual(bytes(1, 2));
    expect(payload.buffer).not.toBe(chunk.buffer);
  });

  it('reports a full queue and bad arguments', async () => {
    const harness = new PeerHarness({ options: { laneMessages: 1 } });
    harness.socket.writable = false;
    harness.peer.sendDirectSend(2, bytes(1));
    await settle();
    const send = (timeoutMs: number, priority = 0) =>
      rejection(harness.peer.sendRpc(0, bytes(1), { timeoutMs, priority }));
    void send(Number.POSITIVE_INFINITY);
    expect(await send(1000)).toBe('ERR_QUEUE_FULL');
    expect(await send(Number.NaN)).toBe('ERR_INVALID_TIMEOUT');
    expect(await send(-1)).toBe('ERR_INVALID_TIMEOUT');
    expect(await send(1, -1)).toBe('ERR_INVALID_PRIORITY');
    expect(harness.time.pendingTimers).toBe(1);
    harness.peer.destroy('shutdown');
    await harness.peer.closed;
    expect(harness.time.pendingTimers).toBe(0);
  });
});

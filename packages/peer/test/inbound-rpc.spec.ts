import { DiemNetError } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import { PeerHarness, bytes, rpcRequest, rpcResponse } from './harness.js';

const LATENCY = 'diem_network_inbound_rpc_handler_latency_seconds';

describe('inbound RPC', () => {
  it('answers 30 requests one after the other with their ids [C-229]', async () => {
    const harness = new PeerHarness();
    for (let i = 0; i < 30; i++) {
      harness.receive(rpcRequest(i * 1000, bytes(i)));
      expect(harness.lastRequest.payload).toEqual(bytes(i));
      expect(harness.lastRequest.responder.respond(bytes(i, 1))).toBe(true);
      expect(await harness.sent()).toEqual([rpcResponse(i * 1000, bytes(i, 1))]);
    }
  });

  it('answers 30 requests that share an id, each [C-230]', async () => {
    const harness = new PeerHarness();
    for (let i = 0; i < 30; i++) harness.receive(rpcRequest(7, bytes(i)));
    for (const [i, { responder }] of harness.requests.entries()) responder.respond(bytes(i));
    expect(await harness.sent()).toEqual(Array.from({ length: 30 }, (_, i) => rpcResponse(7, bytes(i))));
  });

  it('answers with the priority of the request [C-231]', async () => {
    const harness = new PeerHarness();
    harness.receive(rpcRequest(1, bytes(1), 0, 7));
    harness.lastRequest.responder.respond(bytes(2));
    expect(await harness.sent()).toEqual([rpcResponse(1, bytes(2), 7)]);
  });

  it('closes a request after 10 s and sends nothing [C-232]', async () => {
    const harness = new PeerHarness();
    harness.receive(rpcRequest(1, bytes(1)));
    const { responder } = harness.lastRequest;
    harness.time.advance(9999);
    expect(responder.closed).toBe(false);
    expect(responder.signal.aborted).toBe(false);
    harness.time.advance(1);
    expect(responder.closed).toBe(true);
    expect(responder.signal.aborted).toBe(true);
    expect(await harness.sent()).toEqual([]);
    expect(harness.rpcCount('response', 'failed')).toBe(1);
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('sends nothing for a request that the application gives up [C-233] [C-234]', async () => {
    const harness = new PeerHarness();
    harness.receive(rpcRequest(1, bytes(1)));
    const { responder } = harness.lastRequest;
    responder.fail(new DiemNetError('ERR_TEST', 'no such block'));
    expect(await harness.sent()).toEqual([]);
    expect(harness.peer.state).toBe('connected');
    expect(harness.rpcCount('response', 'failed')).toBe(1);
    expect(harness.logger.at('warn')[0]?.fields['error']).toBe('no such block');
    expect(() => responder.respond(bytes(1))).toThrow(
      expect.objectContaining({ code: 'ERR_ALREADY_ANSWERED' }),
    );
  });

  it('closes a request that is dropped without a word, in time [C-233]', async () => {
    const harness = new PeerHarness();
    harness.receive(rpcRequest(1, bytes(1)));
    harness.requests.length = 0;
    harness.time.advance(10_000);
    expect(harness.peer.stats().pendingInboundRpcs).toBe(0);
    expect(await harness.sent()).toEqual([]);
    expect(harness.peer.state).toBe('connected');
  });

  it('refuses an answer that comes too late [C-235]', async () => {
    const harness = new PeerHarness();
    harness.receive(rpcRequest(1, bytes(1)));
    const { responder } = harness.lastRequest;
    harness.time.advance(10_000);
    expect(responder.respond(bytes(1))).toBe(false);
    expect(() => responder.respond(bytes(1))).toThrow(
      expect.objectContaining({ code: 'ERR_ALREADY_ANSWERED' }),
    );
    expect(await harness.sent()).toEqual([]);
    expect(harness.rpcCount('response', 'sent')).toBe(0);
    expect(harness.rpcCount('response', 'failed')).toBe(1);
  });

  it('drops the request beyond the limit unanswered until one completes [C-236]', async () => {
    const harness = new PeerHarness();
    for (let i = 0; i < 101; i++) harness.receive(rpcRequest(i, bytes(1)));
    expect(harness.requests).toHaveLength(100);
    expect(harness.rpcCount('response', 'declined')).toBe(1);
    expect(await harness.sent()).toEqual([]);
    harness.requests[3]?.responder.respond(bytes(1));
    harness.receive(rpcRequest(200, bytes(1)));
    expect(harness.requests).toHaveLength(101);
    expect(harness.rpcCount('request', 'received')).toBe(101);
  });

  it('bounds the bytes of requests that wait for an answer [D-32]', () => {
    const harness = new PeerHarness({ options: { maxPendingInboundRpcBytes: 1000 } });
    harness.receive(rpcRequest(0, new Uint8Array(900)), rpcRequest(1, new Uint8Array(200)));
    expect(harness.requests).toHaveLength(1);
    expect(harness.rpcCount('response', 'declined')).toBe(1);
    harness.requests[0]?.responder.respond(bytes(1));
    harness.receive(rpcRequest(2, new Uint8Array(5000)));
    expect(harness.requests).toHaveLength(2);
  });

  it('sends answers in the order in which they are given [C-237]', async () => {
    const harness = new PeerHarness();
    harness.receive(rpcRequest(1, bytes(1)), rpcRequest(2, bytes(2)));
    harness.requests[1]?.responder.respond(bytes(20));
    harness.requests[0]?.responder.respond(bytes(10));
    expect(await harness.sent()).toEqual([rpcResponse(2, bytes(20)), rpcResponse(1, bytes(10))]);
  });

  it('lets an answer that is too large be replaced by another [D-05]', async () => {
    const harness = new PeerHarness({ options: { maxFrameBytes: 64 } });
    harness.receive(rpcRequest(1, bytes(1)));
    const { responder } = harness.lastRequest;
    expect(() => responder.respond(new Uint8Array(60))).toThrow(
      expect.objectContaining({ code: 'ERR_MESSAGE_TOO_LARGE' }),
    );
    expect(responder.respond(new Uint8Array(57))).toBe(true);
    expect(await harness.sent()).toHaveLength(1);
    expect(harness.peer.state).toBe('connected');
  });

  it('drops and counts answers that find no room, and reads on [D-03]', async () => {
    const harness = new PeerHarness({ options: { laneMessages: 1 } });
    harness.socket.writable = false;
    harness.peer.sendDirectSend(2, bytes(1));
    await settle();
    for (let i = 0; i < 2; i++) harness.receive(rpcRequest(i, bytes(i)));
    expect(harness.requests.map(({ responder }) => responder.respond(bytes(1)))).toEqual([true, false]);
    expect(harness.rpcCount('response', 'sent')).toBe(1);
    expect(harness.rpcCount('response', 'failed')).toBe(1);
    expect(harness.metrics.value('diem_network_dropped_messages', { reason: 'queue-full' })).toBe(1);
    harness.receive(rpcRequest(2, bytes(2)));
    expect(harness.requests).toHaveLength(3);
  });

  it('tells handlers when the connection ends', () => {
    const harness = new PeerHarness();
    harness.receive(rpcRequest(1, bytes(1)), rpcRequest(2, bytes(1)));
    const [first, second] = harness.requests.map(({ responder }) => responder);
    const signal = first?.signal;
    harness.peer.destroy('shutdown');
    expect(signal?.aborted).toBe(true);
    expect(second?.closed).toBe(true);
    expect(second?.signal.aborted).toBe(true);
    expect(first?.respond(bytes(1))).toBe(false);
    expect(() => second?.fail('late')).not.toThrow();
  });

  it('counts and observes the handler time of successes only [C-251] [C-252]', async () => {
    const harness = new PeerHarness();
    for (let i = 0; i < 3; i++) harness.receive(rpcRequest(i, new Uint8Array(10)));
    harness.time.advance(500);
    harness.requests[0]?.responder.respond(new Uint8Array(5));
    harness.requests[1]?.responder.fail('no');
    harness.time.advance(10_000);
    const bytesOf = (type: string, state: string) =>
      harness.metrics.value('diem_network_rpc_bytes', { type, state });
    expect([bytesOf('request', 'received'), bytesOf('response', 'sent')]).toEqual([30, 5]);
    expect(harness.rpcCount('request', 'received')).toBe(3);
    expect(harness.rpcCount('response', 'sent')).toBe(1);
    expect(harness.rpcCount('response', 'failed')).toBe(2);
    expect(harness.metrics.observations(LATENCY, { protocol_id: 'ConsensusRpc' })).toEqual([0.5]);
  });
});

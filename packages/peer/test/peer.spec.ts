import { DiemNetError } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import * as fc from 'fast-check';
import { prepareDirectSend } from '../src/index.js';
import { TestSocket, createTestSocketPair } from '../src/testing/index.js';
import { PeerHarness, bytes, directSend, frame, framed, rpcRequest } from './harness.js';

const parsingError = (message: number, protocol: number) => ({
  type: 'Error',
  error: { code: 'ParsingError', message, protocol },
});
const codeOf = (action: () => unknown): unknown => {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('Peer: DirectSend', () => {
  it('writes 30 DirectSends in order, with priority 0 [C-207]', async () => {
    const { peer, ...harness } = new PeerHarness();
    const sent = Array.from({ length: 30 }, (_, i) => directSend(2, bytes(i, 255)));
    for (let i = 0; i < 30; i++) expect(peer.sendDirectSend(2, bytes(i, 255))).toBe(true);
    const socket = harness.socket;
    await settle();
    expect(Buffer.compare(socket.takeWritten(), Buffer.concat(sent.map(framed)))).toBe(0);
  });

  it('hands up 30 DirectSends with protocol and payload [C-208]', () => {
    const harness = new PeerHarness();
    for (let i = 0; i < 30; i++) harness.receive(directSend(i % 7, bytes(i), 9));
    expect(harness.directSends).toEqual(
      Array.from({ length: 30 }, (_, i) => ({ protocolId: i % 7, payload: bytes(i) })),
    );
  });

  it('hands up messages that come byte by byte [C-208]', () => {
    for (const stable of [true, false]) {
      const socket = new TestSocket();
      socket.stableChunks = stable;
      const harness = new PeerHarness({ socket });
      for (const byte of framed(directSend(3, bytes(1, 2, 3)))) socket.receive(bytes(byte));
      expect(harness.directSends).toEqual([{ protocolId: 3, payload: bytes(1, 2, 3) }]);
    }
  });

  it('keeps what it handed up when the socket reuses its chunks', () => {
    const socket = new TestSocket();
    socket.stableChunks = false;
    const harness = new PeerHarness({ socket });
    const chunk = framed(directSend(3, bytes(1, 2, 3)));
    socket.receive(chunk);
    chunk.fill(0);
    expect(harness.directSends[0]?.payload).toEqual(bytes(1, 2, 3));
  });

  it('sends the priority that was asked for [D-13]', async () => {
    const harness = new PeerHarness();
    harness.peer.sendDirectSend(2, bytes(1), { priority: 200 });
    expect(await harness.sent()).toEqual([directSend(2, bytes(1), 200)]);
    expect(codeOf(() => harness.peer.sendDirectSend(2, bytes(1), { priority: 256 }))).toBe(
      'ERR_INVALID_PRIORITY',
    );
  });

  it('counts messages and payload bytes [C-228]', async () => {
    const harness = new PeerHarness();
    harness.peer.sendDirectSend(2, new Uint8Array(300));
    harness.receive(directSend(3, new Uint8Array(50)));
    const count = (name: string, state: string) =>
      harness.metrics.value(name, { state, network_id: 'Validator' });
    expect(count('diem_network_direct_send_messages', 'sent')).toBe(1);
    expect(count('diem_network_direct_send_bytes', 'sent')).toBe(300);
    expect(count('diem_network_direct_send_messages', 'received')).toBe(1);
    expect(count('diem_network_direct_send_bytes', 'received')).toBe(50);
    expect(harness.metrics.value('diem_network_pending_wire_messages')).toBe(1);
    await harness.sent();
    expect(harness.metrics.value('diem_network_pending_wire_messages')).toBe(0);
    for (const state of ['enqueued', 'dequeued']) {
      expect(harness.metrics.value('diem_network_pending_requests', { state })).toBe(1);
    }
  });

  it('writes everything of one turn at once [D-34]', async () => {
    const harness = new PeerHarness();
    for (let i = 0; i < 500; i++) harness.peer.sendDirectSend(i % 7, bytes(i));
    expect(harness.socket.writes).toEqual([]);
    await settle();
    expect(harness.socket.writes).toEqual([1]);
  });

  it('gives one prepared message to several peers [D-34]', async () => {
    const [a, b] = [new PeerHarness(), new PeerHarness()];
    const prepared = prepareDirectSend(4, bytes(1, 2));
    for (const { peer } of [a, b]) expect(peer.sendPrepared(prepared)).toBe(true);
    expect(await a.sent()).toEqual([directSend(4, bytes(1, 2))]);
    expect(await b.sent()).toEqual([directSend(4, bytes(1, 2))]);
  });

  it('reports a message above the limit and stays connected [C-220] [D-05]', async () => {
    const harness = new PeerHarness({ options: { maxFrameBytes: 64 } });
    expect(codeOf(() => harness.peer.sendDirectSend(2, new Uint8Array(61)))).toBe('ERR_MESSAGE_TOO_LARGE');
    await expect(harness.peer.sendRpc(0, new Uint8Array(61), { timeoutMs: 10 })).rejects.toMatchObject({
      code: 'ERR_MESSAGE_TOO_LARGE',
      details: { maxFrameBytes: 64 },
    });
    harness.peer.sendDirectSend(2, new Uint8Array(60));
    expect(await harness.sent()).toHaveLength(1);
    expect(harness.peer.state).toBe('connected');
    expect(harness.metrics.value('diem_network_peer_send_failures')).toBe(2);
  });

  it('refuses when the lane is full and tells when to wait [D-08]', async () => {
    const harness = new PeerHarness({ options: { laneMessages: 4 } });
    harness.socket.writable = false;
    harness.peer.sendDirectSend(1, bytes(0));
    await settle();
    const hints = [1, 2, 3, 4].map((i) => harness.peer.sendDirectSend(2, bytes(i)));
    expect(hints).toEqual([true, false, false, false]);
    expect(codeOf(() => harness.peer.sendDirectSend(2, bytes(5)))).toBe('ERR_QUEUE_FULL');
    expect(harness.peer.sendDirectSend(3, bytes(1))).toBe(true);
    let ready = false;
    const waiting = harness.peer.ready(2).then(() => (ready = true));
    await settle();
    expect(ready).toBe(false);
    harness.socket.drain();
    await waiting;
    expect(await harness.sent()).toHaveLength(6);
    await harness.peer.ready(2);
    expect(harness.metrics.value('diem_network_pending_requests', { state: 'dropped' })).toBe(1);
  });

  it('gives up waiting for room when the signal aborts or the connection ends', async () => {
    const harness = new PeerHarness({ options: { laneMessages: 1 } });
    harness.socket.writable = false;
    harness.peer.sendDirectSend(1, bytes(0));
    await settle();
    harness.peer.sendDirectSend(2, bytes(0));
    const controller = new AbortController();
    const aborted = harness.peer.ready(2, { signal: controller.signal });
    const ended = harness.peer.ready(2);
    controller.abort();
    await expect(aborted).rejects.toThrow();
    harness.peer.destroy('shutdown');
    await expect(ended).rejects.toMatchObject({ code: 'ERR_CONNECTION_CLOSED' });
    await expect(harness.peer.ready(2)).rejects.toMatchObject({ code: 'ERR_CONNECTION_CLOSED' });
  });

  it('lets an urgent message wait for no more than the message that was begun [C-225] [D-13]', async () => {
    const harness = new PeerHarness({
      options: { writeBatchBytes: 1000, lanePriorities: new Map([[5, 'urgent']]) },
    });
    harness.socket.writable = false;
    for (let i = 0; i < 3; i++) harness.peer.sendDirectSend(3, new Uint8Array(5000).fill(i));
    await settle();
    harness.peer.sendDirectSend(5, bytes(1));
    harness.peer.sendDirectSend(2, bytes(2));
    while (harness.peer.queuedBytes > 0) harness.socket.drain(false);
    const order = (await harness.sent()).map((message) => 'protocolId' in message && message.protocolId);
    expect(order).toEqual([3, 5, 3, 2, 3]);
  });

  it('feeds a large message in pieces as the socket drains', async () => {
    const harness = new PeerHarness({ options: { writeBatchBytes: 1000 } });
    harness.socket.writable = false;
    harness.peer.sendDirectSend(3, new Uint8Array(3500));
    await settle();
    expect(harness.peer.queuedBytes).toBe(3500 + 9 - 1000);
    for (const left of [1509, 509, 0]) {
      harness.socket.drain(false);
      expect(harness.peer.queuedBytes).toBe(left);
    }
    expect(harness.peer.queuedBytes).toBe(0);
    expect(await harness.sent()).toEqual([directSend(3, new Uint8Array(3500))]);
  });
});

describe('Peer: what it refuses to send', () => {
  it('sends nothing outside the negotiated protocols [D-46]', async () => {
    const harness = new PeerHarness({ connection: { protocolIds: [2] } });
    expect(harness.peer.supports(2)).toBe(true);
    expect(harness.peer.supports(0)).toBe(false);
    for (const bad of [3, 300, -1, 1.5]) {
      expect(codeOf(() => harness.peer.sendDirectSend(bad, bytes(1)))).toBe('ERR_PROTOCOL_NOT_SUPPORTED');
    }
    await expect(harness.peer.sendRpc(0, bytes(1), { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'ERR_PROTOCOL_NOT_SUPPORTED',
      details: { protocolId: 0 },
    });
    await expect(harness.peer.ready(0)).rejects.toMatchObject({ code: 'ERR_PROTOCOL_NOT_SUPPORTED' });
    expect(await harness.sent()).toEqual([]);
  });

  it('sends a protocol that the remote has used, though it was not negotiated [D-46]', async () => {
    const harness = new PeerHarness({ connection: { protocolIds: [] } });
    harness.receive(directSend(3, bytes(1)), rpcRequest(0, bytes(1), 0));
    expect(harness.directSends).toHaveLength(1);
    expect(harness.peer.sendDirectSend(3, bytes(7))).toBe(true);
    expect(harness.peer.supports(0)).toBe(true);
    expect(harness.peer.supports(1)).toBe(false);
    expect(await harness.sent()).toEqual([directSend(3, bytes(7))]);
  });
});

describe('Peer: what arrives', () => {
  it('answers a garbage frame and lives on [C-213]', async () => {
    const harness = new PeerHarness();
    harness.socket.receive(frame(bytes(0xff, 0x6f)));
    expect(await harness.sent()).toEqual([parsingError(255, 111)]);
    harness.receive(directSend(2, bytes(1)));
    expect(harness.directSends).toHaveLength(1);
    expect(harness.logger.at('warn')[0]?.fields).toMatchObject({
      connection_id: 0,
      remote_peer: '0A'.repeat(16),
      error: expect.stringContaining('ff6f'),
    });
    expect(harness.metrics.value('diem_network_invalid_messages', { type: 'frame' })).toBe(1);
  });

  it('answers frames of no and of one byte with zeros for what is missing [C-214]', async () => {
    const harness = new PeerHarness();
    harness.socket.receive(frame(bytes()));
    harness.socket.receive(frame(bytes(3)));
    expect(await harness.sent()).toEqual([parsingError(0, 0), parsingError(3, 0)]);
    expect(harness.peer.state).toBe('connected');
  });

  it('answers ten bad frames in a row, each [C-213]', async () => {
    const harness = new PeerHarness();
    for (let i = 0; i < 10; i++) harness.socket.receive(frame(bytes(9, i)));
    expect(await harness.sent()).toEqual(Array.from({ length: 10 }, (_, i) => parsingError(9, i)));
  });

  it('answers a request of an unknown protocol with ParsingError(1, 9) [C-215]', async () => {
    const harness = new PeerHarness({ isRegistered: (protocolId) => protocolId < 7 });
    harness.receive(rpcRequest(0, bytes(1), 9));
    expect(await harness.sent()).toEqual([parsingError(1, 9)]);
    expect(harness.peer.state).toBe('connected');
  });

  it('decodes ids above 6 where they are registered', () => {
    const harness = new PeerHarness({ isRegistered: (id, kind) => id === 200 && kind === 'direct-send' });
    harness.receive(directSend(200, bytes(1)));
    expect(harness.directSends).toEqual([{ protocolId: 200, payload: bytes(1) }]);
  });

  it('tells the remote about protocols and kinds that have no handler [D-09]', async () => {
    const harness = new PeerHarness({ isRegistered: (id, kind) => id === 0 && kind === 'rpc' });
    harness.receive(directSend(3, bytes(1)), rpcRequest(7, bytes(1), 5), directSend(0, bytes(1)));
    expect(await harness.sent()).toEqual(
      [
        { code: 'NotSupported', kind: 'DirectSendMsg', protocolId: 3 },
        { code: 'NotSupported', kind: 'RpcRequest', protocolId: 5 },
        { code: 'NotSupported', kind: 'DirectSendMsg', protocolId: 0 },
      ].map((error) => ({ type: 'Error', error })),
    );
    expect(harness.directSends).toEqual([]);
    expect(harness.peer.state).toBe('connected');
    expect(harness.metrics.value('diem_network_dropped_messages', { reason: 'not-supported' })).toBe(3);
    expect(harness.rpcCount('response', 'failed')).toBe(1);
  });

  it('warns about an Error message and lives on, its requests untouched where the heuristic is off [C-216]', async () => {
    const harness = new PeerHarness({ options: { failUnsupportedRpcs: false } });
    let settled = false;
    harness.peer
      .sendRpc(0, bytes(1), { timeoutMs: 1000 })
      .finally(() => (settled = true))
      .catch(() => {});
    harness.receive({ type: 'Error', error: { code: 'NotSupported', kind: 'RpcRequest', protocolId: 0 } });
    harness.receive({ type: 'Error', error: { code: 'ParsingError', message: 1, protocol: 0 } });
    await settle();
    expect(settled).toBe(false);
    expect(harness.peer.state).toBe('connected');
    expect(harness.logger.at('warn').map(({ fields }) => fields['error_msg'])).toEqual([
      'NotSupported(RpcRequest(0))',
      'ParsingError(1, 0)',
    ]);
  });

  it('ends on a length above the limit, before the frame has come, without a word [C-217]', async () => {
    const harness = new PeerHarness({ options: { maxFrameBytes: 64 } });
    harness.socket.receive(bytes(0, 0, 0, 65));
    expect(harness.socket.destroyed).toBe(true);
    expect(await harness.sent()).toEqual([]);
    expect(harness.ends).toMatchObject([
      { cause: 'frame-too-large', error: { code: 'ERR_FRAME_TOO_LARGE' } },
    ]);
  });

  it('ends as truncated when the stream ends inside a frame [C-218]', async () => {
    const harness = new PeerHarness();
    harness.socket.receive(framed(directSend(2, bytes(1, 2))).subarray(0, 6));
    harness.socket.remoteEnd();
    await settle();
    expect(harness.ends).toEqual([{ cause: 'truncated', error: undefined }]);
  });

  it('ends when decryption fails [C-219]', () => {
    const harness = new PeerHarness();
    const error = new DiemNetError('ERR_NOISE_INVALID_DATA', 'the tag does not verify');
    harness.socket.fail(error);
    expect(harness.ends).toEqual([{ cause: 'decryption-failed', error }]);
    expect(harness.logger.at('warn')).toHaveLength(1);
  });

  it('loses a message that cannot be handed up, warns and lives on [C-224]', () => {
    const harness = new PeerHarness();
    harness.upcallError = new DiemNetError('ERR_TEST', 'the dispatcher is gone');
    harness.receive(directSend(2, bytes(1)), rpcRequest(0, bytes(1)));
    harness.upcallError = undefined;
    harness.receive(directSend(2, bytes(2)));
    expect(harness.directSends).toEqual([{ protocolId: 2, payload: bytes(2) }]);
    expect(harness.logger.at('warn').map(({ fields }) => fields['error'])).toEqual([
      'the dispatcher is gone',
      'the dispatcher is gone',
    ]);
    expect(harness.rpcCount('response', 'failed')).toBe(1);
  });

  it('survives any stream of bytes and ends with it [C-226]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), async (chunks) => {
        const harness = new PeerHarness({ options: { maxFrameBytes: 64 } });
        for (const chunk of chunks) harness.socket.receive(chunk);
        harness.socket.remoteEnd();
        await settle();
        expect(harness.ends).toHaveLength(1);
        expect(harness.peer.state).toBe('closed');
        expect(harness.time.pendingTimers).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('survives any sequence of frames, half of them damaged [C-226]', async () => {
    const content = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.uint8Array({ maxLength: 12 }));
    await fc.assert(
      fc.asyncProperty(fc.array(content, { maxLength: 30 }), async (frames) => {
        const harness = new PeerHarness();
        for (const [type, rest] of frames) harness.socket.receive(frame(bytes(type, ...rest)));
        await harness.sent();
        expect(harness.peer.state).toBe('connected');
        harness.peer.destroy('shutdown');
        await harness.peer.closed;
        expect(harness.time.pendingTimers).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('Peer: two of them', () => {
  it('deliver to each other; the dropped side ends as requested, the other as lost [C-209]', async () => {
    const [left, right] = createTestSocketPair();
    const a = new PeerHarness({ socket: left });
    const b = new PeerHarness({ socket: right });
    a.peer.sendDirectSend(2, bytes(1));
    b.peer.sendDirectSend(3, bytes(2));
    const closed = a.peer.close('requested');
    await closed;
    await b.peer.closed;
    expect(a.directSends).toEqual([{ protocolId: 3, payload: bytes(2) }]);
    expect(b.directSends).toEqual([{ protocolId: 2, payload: bytes(1) }]);
    expect(a.ends).toEqual([{ cause: 'requested', error: undefined }]);
    expect(b.ends).toEqual([{ cause: 'remote-closed', error: undefined }]);
  });

  it('keep reading and writing when both flood each other [C-223] [D-03]', async () => {
    const [left, right] = createTestSocketPair({ highWaterBytes: 1000 });
    const a = new PeerHarness({ socket: left });
    const b = new PeerHarness({ socket: right });
    const accepted = [0, 0];
    for (let round = 0; round < 200; round++) {
      for (const [i, { peer }] of [a, b].entries()) {
        for (let n = 0; n < 20; n++) {
          if (codeOf(() => peer.sendDirectSend(2, new Uint8Array(500))) === undefined) accepted[i]!++;
        }
      }
      if (round % 10 === 0) await settle(4);
    }
    await settle(20_000);
    expect(b.directSends).toHaveLength(accepted[0] as number);
    expect(a.directSends).toHaveLength(accepted[1] as number);
  });

  it('answer requests of each other', async () => {
    const [left, right] = createTestSocketPair();
    const a = new PeerHarness({ socket: left });
    const b = new PeerHarness({ socket: right });
    const answer = a.peer.sendRpc(0, bytes(1), { timeoutMs: 1000 });
    await settle();
    b.lastRequest.responder.respond(bytes(2));
    expect(await answer).toEqual(bytes(2));
  });
});

describe('Peer: statistics', () => {
  it('counts messages that found no room and messages that nobody takes', async () => {
    const harness = new PeerHarness({
      options: { laneMessages: 1 },
      isRegistered: (protocolId) => protocolId === 2,
    });
    const { peer, metrics } = harness;
    peer.sendDirectSend(2, bytes(1));
    expect(() => peer.sendDirectSend(2, bytes(2))).toThrow();
    harness.receive(directSend(0, bytes(1)));
    expect(peer.stats()).toMatchObject({ refusedMessages: 1, unhandledMessages: 1 });
    peer.destroy('shutdown');
    await settle();
    expect(metrics.value('diem_network_pending_wire_bytes')).toBe(0);
  });

  it('counts traffic by protocol and knows when it last heard of the remote', async () => {
    const harness = new PeerHarness();
    const { peer, time } = harness;
    expect(peer.stats()).toMatchObject({ bytesIn: 0, bytesOut: 0, lastReceivedAt: undefined });
    time.advance(100);
    harness.receive(directSend(2, bytes(1, 2, 3)));
    time.advance(50);
    peer.sendDirectSend(2, bytes(1));
    peer.sendRpc(0, bytes(1, 2), { timeoutMs: 1000 }).catch(() => {});
    expect(peer.stats()).toMatchObject({ queuedMessages: 2, queuedBytes: 9 + 14, lastSentAt: undefined });
    expect(harness.metrics.value('diem_network_pending_wire_bytes')).toBe(9 + 14);
    await settle();
    const stats = peer.stats();
    expect(stats).toMatchObject({
      bytesIn: 11,
      bytesOut: 9 + 14,
      lastReceivedAt: 100,
      lastSentAt: 150,
      queuedMessages: 0,
      queuedBytes: 0,
      pendingOutboundRpcs: 1,
      pendingInboundRpcs: 0,
      refusedMessages: 0,
      unhandledMessages: 0,
    });
    expect(harness.metrics.value('diem_network_pending_wire_bytes')).toBe(0);
    expect(harness.metrics.value('diem_network_wire_bytes', { direction: 'inbound' })).toBe(11);
    expect(harness.metrics.value('diem_network_wire_bytes', { direction: 'outbound' })).toBe(9 + 14);
    expect(Object.fromEntries(stats.protocols)).toEqual({
      0: { messagesIn: 0, bytesIn: 0, messagesOut: 1, bytesOut: 2 },
      2: { messagesIn: 1, bytesIn: 3, messagesOut: 1, bytesOut: 1 },
    });
    peer.destroy('shutdown');
  });
});

import { TokenBucketRateLimiter } from '@diemnet/rate-limiter';
import { settle } from '@diemnet/types/testing';
import {
  MessageReader,
  encodeDirectSendHeader,
  encodeRpcRequestHeader,
  encodeRpcResponseHeader,
  type MessageSink,
} from '@diemnet/wire';
import type { FakeConnection } from '../src/testing/index.js';
import { GREATER, LESSER, recordingHandler, running } from './support/setup.js';

/** What was written to a connection, message by message. */
function sent({ socket }: FakeConnection): string[] {
  const messages: string[] = [];
  const bytes = (payload: Uint8Array) => Array.from(payload).join();
  const sink: MessageSink = {
    onDirectSend: (id, _priority, payload) => messages.push(`direct ${id} ${bytes(payload)}`),
    onRpcRequest: (id, requestId, _priority, payload) =>
      messages.push(`rpc ${id} #${requestId} ${bytes(payload)}`),
    onRpcResponse: (requestId, _priority, payload) =>
      messages.push(`response #${requestId} ${bytes(payload)}`),
    onError: (error) => messages.push(`error ${JSON.stringify(error)}`),
    onUndecodable: () => messages.push('garbage'),
  };
  const reader = new MessageReader(sink);
  for (const chunk of socket.written) reader.push(chunk, true);
  return messages;
}

const PING = Uint8Array.of(1, 2);

describe('messages', () => {
  it('takes DirectSends and RPCs to the Peer of the connection [C-285]', async () => {
    const { peerManager, transport } = await running();
    const connection = transport.accept({ remotePeerId: LESSER });
    const other = transport.accept({ remotePeerId: GREATER });
    expect(peerManager.sendDirectSend(LESSER, 2, Uint8Array.of(9))).toBe(true);
    const answer = peerManager.sendRpc(LESSER, 0, PING, { timeoutMs: 1000 });
    await settle();
    expect(sent(connection)).toEqual(['direct 2 9', 'rpc 0 #0 1,2']);
    expect(sent(other)).toEqual([]);
    connection.socket.receive(Uint8Array.of(...encodeRpcResponseHeader(0, 0, 1), 7));
    await expect(answer).resolves.toEqual(Uint8Array.of(7));
  });

  it('refuses a DirectSend to a peer that is not connected, and warns [C-286] [D-08]', async () => {
    const { peerManager, logged, metrics, time } = await running();
    const send = () => peerManager.sendDirectSend(LESSER, 2, PING);
    expect(send).toThrow(expect.objectContaining({ code: 'ERR_NOT_CONNECTED', details: { peerId: LESSER } }));
    expect(send).toThrow();
    expect(logged('not connected')).toMatchObject([
      { level: 'warn', fields: { remote_peer: LESSER.toUpperCase(), protocol_id: 2 } },
    ]);
    time.advance(1000);
    expect(send).toThrow();
    expect(logged('not connected')[1]?.fields).toMatchObject({ suppressed: 1 });
    expect(metrics.value('diem_network_peer_send_failures', { protocol_id: 'MempoolDirectSend' })).toBe(3);
  });

  it('fails an RPC to a peer that is not connected at once, and says so [C-287] [D-08]', async () => {
    const { peerManager } = await running();
    await expect(peerManager.sendRpc(LESSER, 0, PING, { timeoutMs: 1000 })).rejects.toMatchObject({
      code: 'ERR_NOT_CONNECTED',
    });
    await expect(peerManager.ready(LESSER, 2)).rejects.toMatchObject({ code: 'ERR_NOT_CONNECTED' });
  });

  it('fails RPCs under way when their connection is given up', async () => {
    const { peerManager, transport } = await running();
    transport.accept({ remotePeerId: LESSER });
    const answer = peerManager.sendRpc(LESSER, 0, PING, { timeoutMs: 1000 });
    void peerManager.disconnect(LESSER);
    await expect(answer).rejects.toMatchObject({ code: 'ERR_CONNECTION_CLOSED' });
  });

  it('gives one message to many peers, and says who could not get it [D-08]', async () => {
    const { peerManager, transport } = await running();
    const first = transport.accept({ remotePeerId: LESSER });
    const last = transport.accept({ remotePeerId: GREATER });
    const missing = first.metadata.remotePeerId.replace(/2$/, '3') as typeof LESSER;
    const failures = peerManager.sendToMany([LESSER, missing, GREATER], 2, PING);
    expect(failures).toMatchObject([{ peerId: missing, error: { code: 'ERR_NOT_CONNECTED' } }]);
    await settle();
    expect([sent(first), sent(last)]).toEqual([['direct 2 1,2'], ['direct 2 1,2']]);
  });

  it('logs what a Peer does not accept', async () => {
    const { peerManager, transport, logged } = await running();
    transport.accept({ remotePeerId: LESSER });
    expect(() => peerManager.sendDirectSend(LESSER, 99, PING)).toThrow(
      expect.objectContaining({ code: 'ERR_PROTOCOL_NOT_SUPPORTED' }),
    );
    expect(peerManager.sendToMany([LESSER], 99, PING)).toMatchObject([{ peerId: LESSER }]);
    expect(logged('message not accepted by the peer')).toMatchObject([
      { level: 'info', fields: { connection_origin: 'inbound', protocol_id: 99 } },
    ]);
  });

  it('brings what arrives to the handler of its protocol and kind, with the connection it came from', async () => {
    const [mempool, consensus] = [recordingHandler(), recordingHandler()];
    const { transport } = await running({
      register: [
        { protocolId: 2, kinds: ['direct-send'], handler: mempool.handler },
        { protocolId: 0, kinds: ['rpc', 'direct-send'], handler: consensus.handler },
      ],
    });
    const one = transport.accept({ remotePeerId: LESSER, connectionId: 41 });
    const two = transport.accept({ remotePeerId: GREATER, connectionId: 42 });
    one.socket.receive(Uint8Array.of(...encodeDirectSendHeader(2, 0, 1), 1));
    two.socket.receive(Uint8Array.of(...encodeDirectSendHeader(2, 0, 1), 2));
    one.socket.receive(Uint8Array.of(...encodeRpcRequestHeader(0, 7, 0, 1), 3));
    two.socket.receive(Uint8Array.of(...encodeDirectSendHeader(0, 0, 1), 4));
    await settle();
    expect(mempool.received.sort()).toEqual(['41:2:1', '42:2:2']);
    expect(consensus.received.sort()).toEqual(['41:0:rpc:3', '42:0:4']);
    expect(sent(one)).toEqual(['response #7 4']);
  });

  it('answers NotSupported, of its kind, where there is no handler; the connection lives [C-289] [D-09]', async () => {
    const { handler, received } = recordingHandler();
    const { transport, peerManager } = await running({
      register: [{ protocolId: 2, kinds: ['direct-send'], handler }],
    });
    const connection = transport.accept({ remotePeerId: LESSER });
    connection.socket.receive(Uint8Array.of(...encodeDirectSendHeader(3, 0, 1), 1));
    connection.socket.receive(Uint8Array.of(...encodeRpcRequestHeader(2, 7, 0, 1), 1));
    await settle();
    expect(sent(connection)).toEqual([
      'error {"code":"NotSupported","kind":"DirectSendMsg","protocolId":3}',
      'error {"code":"NotSupported","kind":"RpcRequest","protocolId":2}',
    ]);
    expect(received).toEqual([]);
    expect(peerManager.connection(LESSER)).toBeDefined();
  });

  it('survives a handler that throws', async () => {
    const { transport, peerManager, logged } = await running({
      register: [
        {
          protocolId: 0,
          kinds: ['rpc', 'direct-send'],
          handler: {
            onDirectSend: () => {
              throw new TypeError('defect');
            },
            onRpcRequest: () => {
              throw new TypeError('defect');
            },
          },
        },
      ],
    });
    const { socket } = transport.accept({ remotePeerId: LESSER });
    socket.receive(Uint8Array.of(...encodeDirectSendHeader(0, 0, 1), 1));
    socket.receive(Uint8Array.of(...encodeRpcRequestHeader(0, 7, 0, 1), 1));
    await settle();
    expect(peerManager.connection(LESSER)).toBeDefined();
    expect(logged('the handler of a protocol failed')).toHaveLength(2);
  });

  it('knows when a peer was last heard of', async () => {
    const { transport, peerManager, time } = await running();
    expect(peerManager.lastReceivedAt(LESSER)).toBeUndefined();
    const { socket } = transport.accept({ remotePeerId: LESSER });
    expect(peerManager.lastReceivedAt(LESSER)).toBeUndefined();
    await time.advanceAsync(700);
    socket.receive(Uint8Array.of(...encodeDirectSendHeader(0, 0, 1), 1));
    const heardAt = time.now();
    await time.advanceAsync(300);
    expect(peerManager.lastReceivedAt(LESSER)).toBe(heardAt);
  });

  it('shows every connection to inspectors', async () => {
    const { transport, peerManager, time } = await running();
    const { metadata } = transport.accept({ remotePeerId: LESSER });
    peerManager.sendDirectSend(LESSER, 2, PING);
    await time.advanceAsync(1500);
    expect(peerManager.statistics()).toMatchObject([
      { metadata, connectedForMs: 1500, stats: { queuedBytes: 0 } },
    ]);
    expect(peerManager.statistics()[0]?.stats.bytesOut).toBeGreaterThan(0);
    expect([...peerManager.connections()]).toEqual([metadata]);
  });
});

describe('rate limits', () => {
  it('holds bytes back per address, and lets go of the bucket with the last connection [C-297] [D-30]', async () => {
    const { handler, received } = recordingHandler();
    const limits: { inbound?: TokenBucketRateLimiter<string> } = {};
    const harness = await running({
      register: [{ protocolId: 2, kinds: ['direct-send'], handler }],
      components: { rateLimiters: limits },
    });
    const { transport, time } = harness;
    const inbound = new TokenBucketRateLimiter<string>({ label: 'inbound', size: 20, rate: 10, time });
    limits.inbound = inbound;
    const ip = { remoteIp: '192.0.2.1' };
    const [one, two] = [
      transport.accept({ remotePeerId: LESSER, ...ip }),
      transport.accept({ remotePeerId: GREATER, ...ip }),
    ];
    expect(inbound.bucketCount).toBe(1);
    const message = Uint8Array.of(...encodeDirectSendHeader(2, 0, 12), ...new Uint8Array(12));
    expect(message).toHaveLength(20);
    one.socket.receive(message);
    await settle();
    expect(received).toHaveLength(1);
    two.socket.receive(message);
    await time.advanceAsync(1000);
    expect(received).toHaveLength(1);
    await time.advanceAsync(1000);
    expect(received).toHaveLength(2);
    one.socket.lose();
    await settle();
    expect(inbound.bucketCount).toBe(1);
    two.socket.lose();
    await settle();
    expect(inbound.bucketCount).toBe(0);
  });
});

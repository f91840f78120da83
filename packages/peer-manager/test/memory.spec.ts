import { PUBLIC_NETWORK } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import { encodeRpcRequestHeader } from '@diemnet/wire';
import { resolvePeerOptions, type RpcResponder } from '@diemnet/peer';
import type { PeerManagerOptions, ProtocolHandler } from '../src/index.js';
import { fakePeerId } from '../src/testing/index.js';
import { resolveUnknownPeerOptions } from '../src/unknown-peer-options.js';
import { running } from './support/setup.js';

const MIB = 1024 * 1024;

/** A node with a handler that never answers. */
async function node(options: object = {}) {
  const requests: [Uint8Array, RpcResponder][] = [];
  const handler: ProtocolHandler = {
    onDirectSend: () => {},
    onRpcRequest: (_from, _protocolId, payload, responder) => requests.push([payload, responder]),
    heldBytes: (peerId) => (peerId === fakePeerId(21) ? 1000 : 0),
  };
  const harness = await running({
    networkId: PUBLIC_NETWORK,
    options: options as Partial<PeerManagerOptions>,
    register: [
      { protocolId: 0, kinds: ['rpc'], handler },
      { protocolId: 2, kinds: ['direct-send', 'rpc'], handler },
    ],
  });
  const accept = (n: number, role: 'Unknown' | 'Validator' = 'Unknown') =>
    harness.transport.accept({ remotePeerId: fakePeerId(n), role, connectionId: n }).socket;
  const ledger = (n: number) =>
    harness.peerManager.statistics().find(({ metadata }) => metadata.connectionId === n)?.memory;
  return { ...harness, accept, ledger, requests };
}

describe('the ledger of memory', () => {
  it('tells by peer what it makes us hold, and where [D-32]', async () => {
    const { accept, ledger } = await node();
    const socket = accept(21);
    // One request that nobody answers, then a frame that announces 8 MiB and brings 5000 bytes of them.
    socket.receive(Uint8Array.of(...encodeRpcRequestHeader(0, 1, 0, 300), ...new Uint8Array(300)));
    socket.receive(Uint8Array.of(0, 0x80, 0, 0, ...new Uint8Array(5000)));
    await settle();
    expect(ledger(21)).toEqual({
      receiving: 5000,
      pendingRequests: 300,
      sending: 0,
      socket: 0,
      // Both protocols have the same handler, which is asked once.
      applications: 1000,
      total: 6300,
    });
    socket.lose();
    await settle();
    expect(ledger(21)).toBeUndefined();
  });

  it('follows what was received, never what a length announces [D-32]', async () => {
    const { accept, peerManager } = await node({ maxInboundConnections: 100 });
    const sockets = Array.from({ length: 100 }, (_, i) => accept(100 + i));
    for (const socket of sockets) socket.receive(Uint8Array.of(0, 0x80, 0, 0, 3, 2));
    await settle();
    const held = peerManager.statistics().map(({ memory }) => memory.receiving);
    expect(held).toHaveLength(100);
    expect(Math.max(...held)).toBeLessThanOrEqual(1024);
  });
});

describe('limits of unknown peers', () => {
  it('are smaller than those of others, unless told otherwise [D-32]', () => {
    const all = resolvePeerOptions();
    expect(resolveUnknownPeerOptions(all)).toEqual({
      ...all,
      maxQueuedBytes: 32 * MIB,
      maxPendingInboundRpcBytes: 16 * MIB,
    });
    const small = resolvePeerOptions({ laneBytes: 1000, maxQueuedBytes: 2000 });
    expect(resolveUnknownPeerOptions(small)).toMatchObject({ laneBytes: 1000, maxQueuedBytes: 2000 });
    expect(resolveUnknownPeerOptions(all, { maxPendingInboundRpcs: 3 })).toMatchObject({
      maxPendingInboundRpcs: 3,
      maxPendingInboundRpcBytes: 16 * MIB,
    });
  });

  it('apply to inbound peers that nobody vouches for, and to no others [D-32]', async () => {
    const { accept, ledger } = await node({ unknownPeer: { maxPendingInboundRpcBytes: 1000 } });
    const request = (id: number) =>
      Uint8Array.of(...encodeRpcRequestHeader(0, id, 0, 600), ...new Uint8Array(600));
    const [unknown, trusted] = [accept(30), accept(31, 'Validator')];
    for (const socket of [unknown, trusted]) for (const id of [1, 2, 3]) socket.receive(request(id));
    await settle();
    expect(ledger(30)?.pendingRequests).toBe(600);
    expect(ledger(31)?.pendingRequests).toBe(1800);
  });
});

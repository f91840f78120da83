import { PUBLIC_NETWORK } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import { encodeDirectSendHeader, encodeRpcRequestHeader } from '@diemnet/wire';
import type { PeerManagerOptions } from '../src/index.js';
import { fakePeerId, type FakeMetadata } from '../src/testing/index.js';
import { TARGET, recordingHandler, running } from './support/setup.js';

const P1 = fakePeerId(21);
const P2 = fakePeerId(22);
const P3 = fakePeerId(23);
const P4 = fakePeerId(24);

async function limited(options: Partial<PeerManagerOptions> = { maxInboundConnections: 2 }) {
  const { handler } = recordingHandler();
  const harness = await running({
    networkId: PUBLIC_NETWORK,
    options,
    register: [{ protocolId: 2, kinds: ['direct-send'], handler }],
  });
  const unknown = (remotePeerId: typeof P1, metadata: FakeMetadata = {}) =>
    harness.transport.accept({ remotePeerId, role: 'Unknown', ...metadata });
  const connected = () => Array.from(harness.peerManager.connections(), ({ remotePeerId }) => remotePeerId);
  const rejected = () => harness.metrics.value('diem_connections_rejected', { direction: 'inbound' });
  return { ...harness, unknown, connected, rejected };
}

describe('the limit on unknown inbound peers', () => {
  it('refuses one peer too many without an event, and counts it [C-275]', async () => {
    const { unknown, connected, rejected, names, logged } = await limited();
    unknown(P1);
    unknown(P2);
    const third = unknown(P3);
    expect(connected()).toEqual([P1, P2]);
    expect(third.socket.ended).toBe(true);
    expect(rejected()).toBe(1);
    expect(names()).toEqual(['new-peer', 'new-peer']);
    expect(logged('inbound connection refused by the limit')[0]).toMatchObject({ level: 'info' });
  });

  it('leaves a peer that is connected already to the tie-break [C-276]', async () => {
    const { unknown, connected, rejected, names } = await limited();
    unknown(P1);
    unknown(P2);
    const again = unknown(P1);
    expect(again.socket.ended).toBe(false);
    expect(connected()).toEqual([P1, P2]);
    expect(rejected()).toBe(0);
    expect(names().at(-1)).toBe('updated-peer');
  });

  it('refuses every unknown peer and no trusted one at 0 [C-277]', async () => {
    const { unknown, connected, rejected, transport, trust } = await limited({ maxInboundConnections: 0 });
    unknown(P1);
    trust([P2, 'ValidatorFullNode']);
    transport.accept({ remotePeerId: P2, role: 'ValidatorFullNode' });
    expect(connected()).toEqual([P2]);
    expect(rejected()).toBe(1);
  });

  it('does not apply to connections that we dialed [C-278]', async () => {
    const { unknown, connected, peerManager, transport } = await limited();
    unknown(P1);
    unknown(P2);
    const dial = peerManager.dial(P3, TARGET);
    await settle();
    transport.lastDial.succeed();
    await dial;
    expect(connected()).toEqual([P1, P2, P3]);
    // Nor do they take places.
    expect(unknown(P4).socket.ended).toBe(true);
  });

  it('counts peers that were trusted when they connected and are not any more [C-279]', async () => {
    const { unknown, connected, transport, trust } = await limited();
    trust([P1, 'Validator'], [P2, 'Known']);
    transport.accept({ remotePeerId: P1, role: 'Validator' });
    transport.accept({ remotePeerId: P2, role: 'Known' });
    unknown(P3);
    expect(connected()).toEqual([P1, P2, P3]);
    trust([P2, 'Unknown']); // trusted with role Unknown counts as unknown
    expect(unknown(P4).socket.ended).toBe(true);
    expect(connected()).toEqual([P1, P2, P3]);
  });

  it('does not count peers that connected as unknown and are trusted now [C-280]', async () => {
    const { unknown, connected, trust } = await limited();
    unknown(P1);
    unknown(P2);
    trust([P1, 'Downstream']);
    unknown(P3);
    expect(connected()).toEqual([P1, P2, P3]);
    expect(unknown(P4).socket.ended).toBe(true);
  });

  it('gives the place of an idle peer to a newcomer, and that peer is lost as evicted [D-37]', async () => {
    const { unknown, connected, time, events, metrics, rejected } = await limited();
    const useful = unknown(P1);
    unknown(P2);
    await time.advanceAsync(200_000);
    useful.socket.receive(Uint8Array.of(...encodeDirectSendHeader(2, 0, 1), 1));
    await time.advanceAsync(100_000);
    unknown(P3);
    expect(connected()).toEqual([P1, P3]);
    expect(events.slice(2)).toMatchObject([
      { type: 'lost-peer', metadata: { remotePeerId: P2 }, reason: 'Requested', cause: 'evicted' },
      { type: 'new-peer', metadata: { remotePeerId: P3 } },
    ]);
    expect(metrics.value('diem_network_connections_evicted', { reason: 'idle' })).toBe(1);
    expect(rejected()).toBe(0);
  });

  it('does not take pings for use [D-37]', async () => {
    const { handler } = recordingHandler();
    const harness = await running({
      networkId: PUBLIC_NETWORK,
      options: { maxInboundConnections: 1 },
      register: [{ protocolId: 5, kinds: ['rpc'], handler }],
    });
    const { socket } = harness.transport.accept({ remotePeerId: P1, role: 'Unknown' });
    await harness.time.advanceAsync(299_000);
    socket.receive(Uint8Array.of(...encodeRpcRequestHeader(5, 0, 0, 1), 1));
    await harness.time.advanceAsync(1000);
    harness.transport.accept({ remotePeerId: P2, role: 'Unknown' });
    expect(harness.peerManager.connection(P2)).toBeDefined();
  });

  it('gives the place of a peer that sends garbage to a newcomer [D-37]', async () => {
    const { unknown, connected, time, events } = await limited({
      maxInboundConnections: 1,
      failingViolations: 2,
    });
    const { socket } = unknown(P1);
    for (let n = 0; n < 2; n++) socket.receive(Uint8Array.of(0, 0, 0, 1, 0xff));
    await time.advanceAsync(30_000);
    unknown(P2);
    expect(connected()).toEqual([P2]);
    expect(events[1]).toMatchObject({ type: 'lost-peer', cause: 'evicted' });
  });

  it('keeps one address from closing the node to all others [D-37]', async () => {
    const { unknown, connected, time } = await limited({ maxInboundConnections: 3 });
    for (const [index, peerId] of [P1, P2, P3].entries()) {
      unknown(peerId, { remoteIp: '192.0.2.1', connectionId: 100 + index });
    }
    await time.advanceAsync(30_000);
    unknown(P4, { remoteIp: '192.0.2.2' });
    expect(connected()).toHaveLength(3);
    expect(connected()).toContain(P4);
    // The same address gets nothing by coming again.
    expect(unknown(fakePeerId(30), { remoteIp: '192.0.2.1' }).socket.ended).toBe(true);
  });

  it('limits unknown peers per address, if told to [D-37]', async () => {
    const { unknown, logged } = await limited({ maxInboundConnections: 100, maxInboundConnectionsPerIp: 1 });
    const ip = { remoteIp: '192.0.2.1' };
    expect([unknown(P1, ip), unknown(P2, ip), unknown(P3)].map(({ socket }) => socket.ended)).toEqual([
      false,
      true,
      false,
    ]);
    expect(logged('inbound connection refused by the limit')[0]?.fields).toMatchObject({
      reason: 'per-ip-limit',
    });
  });
});

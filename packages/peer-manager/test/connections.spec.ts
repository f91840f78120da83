import type { ConnectionOrigin } from '@diemnet/transport';
import { publicKeyFromHex } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import { encodeDirectSendHeader } from '@diemnet/wire';
import { fakePeerId, type FakeConnection, type FakeMetadata } from '../src/testing/index.js';
import { GREATER, LESSER, OWN, TARGET, recordingHandler, running } from './support/setup.js';

type Harness = Awaited<ReturnType<typeof running>>;

/** Brings up a connection in either direction. */
async function connect(
  { peerManager, transport }: Harness,
  origin: ConnectionOrigin,
  metadata: FakeMetadata = {},
): Promise<FakeConnection> {
  if (origin === 'inbound') return transport.accept({ remotePeerId: LESSER, ...metadata });
  const dial = peerManager.dial(metadata.remotePeerId ?? LESSER, TARGET, { replace: true });
  dial.catch(() => {});
  await settle();
  const connection = transport.lastDial.succeed(metadata);
  await settle();
  return connection;
}

const active = ({ peerManager }: Harness, peerId = LESSER) => peerManager.connection(peerId)?.connectionId;

/** A whole DirectSend as it is on the stream. */
function directSend(protocolId: number, ...payload: number[]): Uint8Array {
  return Uint8Array.of(...encodeDirectSendHeader(protocolId, 0, payload.length), ...payload);
}

describe('two connections to one peer', () => {
  it.each([
    ['inbound', 'inbound', LESSER, 'new'],
    ['outbound', 'outbound', LESSER, 'new'],
    ['outbound', 'outbound', GREATER, 'new'],
    ['inbound', 'outbound', GREATER, 'existing'],
    ['inbound', 'outbound', LESSER, 'new'],
    ['outbound', 'inbound', GREATER, 'new'],
    ['outbound', 'inbound', LESSER, 'existing'],
  ] as const)('%s, then %s, with peer %s: keeps the %s one', async (first, second, remotePeerId, kept) => {
    const harness = await running();
    const existing = await connect(harness, first, { remotePeerId });
    const incoming = await connect(harness, second, { remotePeerId });
    const [winner, loser] = kept === 'new' ? [incoming, existing] : [existing, incoming];
    expect(active(harness, remotePeerId)).toBe(winner.metadata.connectionId);
    await harness.time.advanceAsync(999);
    expect(loser.socket.ended).toBe(false);
    await harness.time.advanceAsync(1);
    expect(winner.socket.ended).toBe(false);
    expect(loser.socket.ended).toBe(true);
    loser.socket.receiveEnd();
    await settle();
    expect(loser.socket.closed).toBe(true);
    // What ended changes nothing for the one that stays.
    expect(active(harness, remotePeerId)).toBe(winner.metadata.connectionId);
    expect(harness.names()).toEqual(kept === 'new' ? ['new-peer', 'updated-peer'] : ['new-peer']);
    expect(
      harness.metrics.value('diem_network_disconnects', { cause: kept === 'new' ? 'replaced' : 'tie-lost' }),
    ).toBe(1);
  });

  it('keeps the new inbound connection and ends the old one as Requested [C-253]', async () => {
    const harness = await running();
    const existing = await connect(harness, 'inbound');
    const incoming = await connect(harness, 'inbound');
    await harness.time.advanceAsync(1000);
    expect([existing.socket.ended, incoming.socket.ended]).toEqual([true, false]);
    expect(harness.logged('existing connection closed in favour of a new one')).toHaveLength(1);
  });

  it.each([LESSER, GREATER])(
    'keeps the new outbound connection whoever has the greater id: %s [C-254]',
    async (peer) => {
      const harness = await running();
      await connect(harness, 'outbound', { remotePeerId: peer });
      const incoming = await connect(harness, 'outbound', { remotePeerId: peer });
      expect(active(harness, peer)).toBe(incoming.metadata.connectionId);
    },
  );

  it('keeps the inbound connection when an outbound one comes and our id is smaller [C-255]', async () => {
    const harness = await running();
    const existing = await connect(harness, 'inbound', { remotePeerId: GREATER });
    const incoming = await connect(harness, 'outbound', { remotePeerId: GREATER });
    expect(active(harness, GREATER)).toBe(existing.metadata.connectionId);
    await harness.time.advanceAsync(1000);
    expect(incoming.socket.ended).toBe(true);
  });

  it('replaces the inbound connection by an outbound one when our id is greater [C-256]', async () => {
    const harness = await running();
    await connect(harness, 'inbound');
    const incoming = await connect(harness, 'outbound');
    expect(active(harness)).toBe(incoming.metadata.connectionId);
  });

  it('replaces the outbound connection by an inbound one when our id is smaller [C-257]', async () => {
    const harness = await running();
    await connect(harness, 'outbound', { remotePeerId: GREATER });
    const incoming = await connect(harness, 'inbound', { remotePeerId: GREATER });
    expect(active(harness, GREATER)).toBe(incoming.metadata.connectionId);
  });

  it('keeps the outbound connection when an inbound one comes and our id is greater [C-258]', async () => {
    const harness = await running();
    const existing = await connect(harness, 'outbound');
    const incoming = await connect(harness, 'inbound');
    expect(active(harness)).toBe(existing.metadata.connectionId);
    await harness.time.advanceAsync(1000);
    expect(incoming.socket.ended).toBe(true);
  });

  it('keeps the active connection when an older one turns out to have ended [C-260]', async () => {
    const harness = await running();
    const existing = await connect(harness, 'inbound');
    const incoming = await connect(harness, 'inbound');
    existing.socket.lose();
    await settle();
    expect(active(harness)).toBe(incoming.metadata.connectionId);
  });

  it('destroys a loser that does not hang up, after its grace [D-01]', async () => {
    const harness = await running({ options: { closeGraceMs: 5000 } });
    await connect(harness, 'outbound');
    const loser = await connect(harness, 'inbound');
    await harness.time.advanceAsync(4999);
    expect(loser.socket.closed).toBe(false);
    await harness.time.advanceAsync(1);
    expect(loser.socket.closed).toBe(true);
  });

  it('delivers what still arrives on a replaced connection, under the metadata of that connection', async () => {
    const { handler, received } = recordingHandler();
    const harness = await running({ register: [{ protocolId: 2, kinds: ['direct-send'], handler }] });
    const existing = await connect(harness, 'inbound');
    const incoming = await connect(harness, 'inbound');
    existing.socket.receive(directSend(2, 7));
    incoming.socket.receive(directSend(2, 8));
    await settle();
    expect(received.sort()).toEqual([
      `${existing.metadata.connectionId}:2:7`,
      `${incoming.metadata.connectionId}:2:8`,
    ]);
  });

  it('delivers what the remote sent on the loser of a tie before it knew', async () => {
    const { handler, received } = recordingHandler();
    const harness = await running({ register: [{ protocolId: 2, kinds: ['direct-send'], handler }] });
    await connect(harness, 'outbound');
    const loser = await connect(harness, 'inbound');
    loser.socket.receive(directSend(2, 7));
    await settle();
    expect(received).toEqual([`${loser.metadata.connectionId}:2:7`]);
  });

  it('do not keep the network from stopping: what gives way ends with the rest', async () => {
    const harness = await running();
    const existing = await connect(harness, 'inbound');
    const incoming = await connect(harness, 'inbound');
    const stopped = harness.peerManager.stop();
    await settle();
    expect([existing.socket.ended, incoming.socket.ended]).toEqual([true, true]);
    existing.socket.receiveEnd();
    incoming.socket.receiveEnd();
    await stopped;
    expect(harness.time.pendingTimers).toBe(0);
  });
});

describe('events', () => {
  it('announces the first connection with its metadata [C-261]', async () => {
    const harness = await running();
    const { metadata } = await connect(harness, 'inbound');
    expect(harness.events).toEqual([{ type: 'new-peer', metadata }]);
  });

  it('announces a replacement as such, and nothing when the old connection ends [C-262] [D-06]', async () => {
    const harness = await running();
    const existing = await connect(harness, 'inbound');
    const incoming = await connect(harness, 'inbound');
    existing.socket.receiveEnd();
    await settle();
    expect(existing.socket.closed).toBe(true);
    expect(harness.events.slice(1)).toEqual([
      { type: 'updated-peer', metadata: incoming.metadata, previous: existing.metadata },
    ]);
  });

  it('says nothing about a connection that loses the tie [C-263]', async () => {
    const harness = await running();
    await connect(harness, 'outbound');
    const loser = await connect(harness, 'inbound');
    loser.socket.receiveEnd();
    await settle();
    expect(harness.names()).toEqual(['new-peer']);
    expect(harness.logged('new connection closed in favour of the existing one')).toHaveLength(1);
  });

  it('reports a connection that the remote ends as lost [C-264]', async () => {
    const harness = await running();
    const { socket, metadata } = await connect(harness, 'inbound');
    socket.receiveEnd();
    await settle();
    await harness.time.advanceAsync(2000);
    expect(harness.events.at(-1)).toEqual({
      type: 'lost-peer',
      metadata,
      reason: 'ConnectionLost',
      cause: 'remote-closed',
    });
    expect(active(harness)).toBeUndefined();
    expect(harness.logged('connection closed').at(-1)?.fields).toMatchObject({
      connection_id: metadata.connectionId,
      connection_origin: 'inbound',
      network_address: metadata.address,
      disconnection_reason: 'ConnectionLost',
    });
  });

  it('guesses that a remote that hangs up without a message did not want us [D-47]', async () => {
    const harness = await running();
    const silent = await connect(harness, 'inbound');
    const talking = await connect(harness, 'inbound', { remotePeerId: GREATER });
    talking.socket.receive(directSend(2, 1));
    for (const { socket } of [silent, talking]) socket.receiveEnd();
    await settle();
    const likelyCause = ({ metadata }: FakeConnection) =>
      harness
        .logged('connection closed')
        .find(({ fields }) => fields['network_address'] && fields['connection_id'] === metadata.connectionId)
        ?.fields['likely_cause'];
    expect(likelyCause(silent)).toBe('refused by a limit, a tie, or as ineligible');
    expect(likelyCause(talking)).toBeUndefined();
  });

  it('lets listeners and handlers dial and disconnect from inside their calls [D-15]', async () => {
    const harness = await running({
      register: [
        {
          protocolId: 2,
          kinds: ['direct-send'],
          handler: {
            onDirectSend: (from) => void harness.peerManager.disconnect(from.remotePeerId),
            onRpcRequest: () => {},
          },
        },
      ],
    });
    harness.peerManager.subscribe((event) => {
      if (event.type !== 'lost-peer') return;
      void harness.peerManager.dial(GREATER, TARGET).catch(() => {});
    });
    const { socket } = await connect(harness, 'inbound');
    socket.receive(Uint8Array.of(...directSend(2, 1), ...directSend(2, 2)));
    await settle();
    expect(harness.names()).toEqual(['new-peer', 'lost-peer Requested']);
    expect(harness.transport.lastDial.peerId).toBe(GREATER);
  });

  it('tells about each peer exactly once in and once out, whatever ends first [D-11]', async () => {
    const harness = await running();
    const existing = await connect(harness, 'inbound');
    const incoming = await connect(harness, 'inbound');
    incoming.socket.lose();
    await settle();
    existing.socket.lose();
    await settle();
    expect(harness.names()).toEqual(['new-peer', 'updated-peer', 'lost-peer ConnectionLost']);
  });

  it('announces a peer before any of its messages reaches a handler [D-11]', async () => {
    const order: string[] = [];
    const harness = await running({
      register: [
        {
          protocolId: 2,
          kinds: ['direct-send'],
          handler: { onDirectSend: () => order.push('message'), onRpcRequest: () => {} },
        },
      ],
    });
    harness.peerManager.subscribe(({ type }) => order.push(type));
    const connection = harness.transport.connection({ remotePeerId: LESSER });
    connection.socket.receive(directSend(2, 1));
    await settle();
    harness.transport.hand(connection);
    await settle();
    expect(order).toEqual(['new-peer', 'message']);
  });

  it('closes a connection to ourselves without an event [C-271] [D-02]', async () => {
    const harness = await running();
    const inbound = await connect(harness, 'inbound', { remotePeerId: OWN });
    const dial = harness.peerManager.dial(OWN, TARGET);
    await settle();
    const outbound = harness.transport.lastDial.succeed();
    await expect(dial).rejects.toMatchObject({ code: 'ERR_DIAL_FAILED', cause: { code: 'ERR_SELF_DIAL' } });
    expect([inbound.socket.ended, outbound.socket.ended]).toEqual([true, true]);
    expect(harness.names()).toEqual([]);
    expect(harness.logged('self-dial disconnected')).toHaveLength(2);
  });

  it('gives an outbound connection the role of the trusted set [C-272]', async () => {
    const harness = await running();
    harness.trust([LESSER, 'PreferredUpstream']);
    await connect(harness, 'outbound');
    expect(harness.peerManager.connection(LESSER)?.role).toBe('PreferredUpstream');
    expect(harness.logger.at('warn')).toEqual([]);
  });

  it('keeps an outbound connection to a peer that nobody trusts, as Unknown, and warns [C-273]', async () => {
    const harness = await running();
    await connect(harness, 'outbound');
    expect(harness.peerManager.connection(LESSER)?.role).toBe('Unknown');
    expect(harness.logged('outbound connection to a peer without known role')[0]?.level).toBe('warn');
  });

  it('warns when the key of the peer it dialed belongs to another trusted peer too [D-40]', async () => {
    const harness = await running();
    harness.trust([LESSER, 'Validator'], [GREATER, 'Validator']);
    await connect(harness, 'outbound', { remotePublicKey: publicKeyFromHex('22'.repeat(32)) });
    const message = 'two trusted peers have the same key: the listener may be either';
    expect(harness.logged(message)[0]?.fields).toMatchObject({ other_peer: GREATER.toUpperCase() });
  });

  it('tells a later listener about peers that are connected', async () => {
    const harness = await running();
    const { metadata } = await connect(harness, 'inbound');
    const heard: unknown[] = [];
    harness.peerManager.subscribe((event) => heard.push(event));
    expect(heard).toEqual([{ type: 'new-peer', metadata }]);
  });
});

describe('disconnecting', () => {
  it('loses the peer as Requested and tells the requester once the Peer has ended [C-265]', async () => {
    const harness = await running();
    const { socket, metadata } = await connect(harness, 'inbound');
    let told = false;
    const disconnect = harness.peerManager.disconnect(LESSER).then(() => (told = true));
    await settle();
    expect(socket.ended).toBe(true);
    expect(told).toBe(false);
    socket.receiveEnd();
    await disconnect;
    expect(harness.events.slice(1)).toEqual([
      { type: 'lost-peer', metadata, reason: 'Requested', cause: 'requested' },
    ]);
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('treats the peer as not connected from the request on [C-266]', async () => {
    const { handler, received } = recordingHandler();
    const harness = await running({ register: [{ protocolId: 2, kinds: ['direct-send'], handler }] });
    const { socket } = await connect(harness, 'inbound');
    const disconnect = harness.peerManager.disconnect(LESSER);
    expect(() => harness.peerManager.sendDirectSend(LESSER, 2, Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: 'ERR_NOT_CONNECTED' }),
    );
    expect(harness.names()).toEqual(['new-peer', 'lost-peer Requested']);
    // Nor does anything reach an application after lost-peer (D-11).
    socket.receive(directSend(2, 1));
    socket.receiveEnd();
    await disconnect;
    expect(received).toEqual([]);
  });

  it('takes a new connection before the old Peer has ended, and still tells the requester [C-267]', async () => {
    const harness = await running();
    const existing = await connect(harness, 'inbound');
    const disconnect = harness.peerManager.disconnect(LESSER);
    const before = harness.events.length;
    const incoming = await connect(harness, 'inbound');
    existing.socket.receiveEnd();
    await expect(disconnect).resolves.toBeUndefined();
    expect(harness.events.slice(before)).toEqual([{ type: 'new-peer', metadata: incoming.metadata }]);
    expect(active(harness)).toBe(incoming.metadata.connectionId);
  });

  it('refuses for a peer that is not connected [C-268]', async () => {
    const harness = await running();
    await expect(harness.peerManager.disconnect(LESSER)).rejects.toMatchObject({ code: 'ERR_NOT_CONNECTED' });
    expect(harness.logged('disconnect requested, already closed')).toHaveLength(1);
  });

  it('lets the requester give up waiting, and goes on without it', async () => {
    const harness = await running();
    const { socket } = await connect(harness, 'inbound');
    const controller = new AbortController();
    const reason = new TypeError('enough');
    const disconnect = harness.peerManager.disconnect(LESSER, 'requested', controller);
    controller.abort(reason);
    await expect(disconnect).rejects.toBe(reason);
    expect(harness.names()).toEqual(['new-peer', 'lost-peer Requested']);
    socket.receiveEnd();
    await settle();
    expect(socket.closed).toBe(true);
    expect(harness.time.pendingTimers).toBe(0);

    await connect(harness, 'inbound');
    await expect(harness.peerManager.disconnect(LESSER, 'requested', controller)).rejects.toBe(reason);
    expect(active(harness)).toBeDefined();
  });

  it('never waits longer than the grace for a remote that does not react [D-01]', async () => {
    const harness = await running({ options: { closeGraceMs: 3000 } });
    const { socket } = await connect(harness, 'inbound');
    let told = false;
    const disconnect = harness.peerManager.disconnect(LESSER, 'unhealthy').then(() => (told = true));
    await harness.time.advanceAsync(2999);
    expect(told).toBe(false);
    await harness.time.advanceAsync(1);
    await disconnect;
    expect(socket.closed).toBe(true);
    expect(harness.time.pendingTimers).toBe(0);
    expect(harness.events.at(-1)).toMatchObject({ type: 'lost-peer', cause: 'unhealthy' });
    expect(harness.metrics.value('diem_network_disconnects', { cause: 'unhealthy' })).toBe(1);
  });
});

describe('gauges and samples', () => {
  it('publishes the number of active connections per direction, also between a disconnect request and the end [C-296] [D-33]', async () => {
    const harness = await running();
    const gauges = () =>
      ['inbound', 'outbound'].map((direction) =>
        harness.metrics.value('diem_connections', {
          role_type: 'validator',
          network_id: 'Validator',
          peer_id: OWN.slice(0, 8),
          direction,
        }),
      );
    const { socket } = await connect(harness, 'inbound');
    await connect(harness, 'outbound', { remotePeerId: GREATER });
    expect(gauges()).toEqual([1, 1]);
    await connect(harness, 'inbound', { remotePeerId: GREATER });
    expect(gauges()).toEqual([2, 0]);
    socket.lose();
    await settle();
    expect(gauges()).toEqual([1, 0]);
    void harness.peerManager.disconnect(GREATER);
    expect(gauges()).toEqual([0, 0]);
  });

  it('lists the connected peers in the log at most once a minute', async () => {
    const harness = await running();
    await connect(harness, 'inbound', { remotePeerId: fakePeerId(20) });
    expect(harness.logged('connected peers')).toEqual([]);
    await harness.time.advanceAsync(60_000);
    await connect(harness, 'inbound', { remotePeerId: fakePeerId(21) });
    await connect(harness, 'inbound', { remotePeerId: fakePeerId(22) });
    expect(harness.logged('connected peers')).toHaveLength(1);
    expect(harness.logged('connected peers')[0]?.fields['peers']).toHaveLength(2);
  });
});

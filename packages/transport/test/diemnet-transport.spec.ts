import { SocketReader, type PeerRole, type Socket } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import type { Connection } from '../src/index.js';
import { Nodes, address, byteByByte, dialingWith, type NodeOptions } from './support/nodes.js';

/** Bases by name: how they are reached and what their sockets' addresses look like. */
const BASES = [
  { name: 'memory', listen: '/memory/0', base: undefined, remote: /^\/memory\/0$/ },
  { name: 'TCP', listen: '/ip4/127.0.0.1/tcp/0', base: 'tcp', remote: /^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/ },
] as const;

async function echoes(from: Connection, to: Connection): Promise<void> {
  for (const [a, b] of [
    [from, to],
    [to, from],
  ] as const) {
    const reader = new SocketReader(b.socket);
    a.socket.write(Uint8Array.of(1, 2, 3));
    await expect(reader.readExactly(3)).resolves.toEqual(Uint8Array.of(1, 2, 3));
  }
}

async function connect(
  nodes: Nodes,
  options: { listener?: NodeOptions; dialer?: NodeOptions; listen?: string } = {},
) {
  const listener = nodes.create(options.listener);
  const dialer = nodes.create(options.dialer);
  nodes.trust(listener, dialer);
  const listening = await listener.listen(options.listen);
  const outbound = await dialer.transport.dial(listener.peerId, listening.address);
  const inbound = await listener.accepted();
  return { listener, dialer, listening, outbound, inbound };
}

function destroyAll(...sockets: Socket[]): void {
  for (const socket of sockets) socket.destroy();
}

describe.each(BASES)('DiemNetTransport over $name', ({ base, listen, remote }) => {
  const options = (nodes: Nodes, rest: NodeOptions = {}): NodeOptions => ({
    ...rest,
    ...(base === undefined ? {} : { base: nodes.tcp }),
  });

  const connectsBothWays = async (mode: 'mutual' | 'maybe-mutual') => {
    const nodes = new Nodes();
    const { listener, dialer, outbound, inbound, listening } = await connect(nodes, {
      listener: options(nodes, { mode, protocols: [0, 1, 5] }),
      dialer: options(nodes, { mode, protocols: [1, 5, 6] }),
      listen,
    });
    expect(outbound.metadata).toMatchObject({
      remotePeerId: listener.peerId,
      remotePublicKey: listener.publicKey,
      origin: 'outbound',
      messagingVersion: 0,
    });
    expect(inbound.metadata).toMatchObject({
      remotePeerId: dialer.peerId,
      remotePublicKey: dialer.publicKey,
      origin: 'inbound',
      messagingVersion: 0,
    });
    for (const { metadata } of [outbound, inbound]) {
      expect(metadata.applicationProtocols.toIds()).toEqual([1, 5]);
      expect(Object.isFrozen(metadata)).toBe(true);
    }
    await echoes(outbound, inbound);
    destroyAll(outbound.socket, inbound.socket);
    await listening.close();
  };

  it('connects two nodes that authenticate each other [C-188]', () => connectsBothWays('mutual'));

  it('connects two nodes of which only the listener is authenticated [C-189]', () =>
    connectsBothWays('maybe-mutual'));

  it('announces the bound address with our key and handshake version [C-190]', async () => {
    const nodes = new Nodes();
    const node = nodes.create(options(nodes));
    const { address: announced, close } = await node.listen(listen);
    const bound = announced.replace(`/ln-noise-ik/${node.publicKey}/ln-handshake/0`, '');
    expect(bound).toMatch(/^\/(memory|ip4\/127\.0\.0\.1\/tcp)\/[1-9]\d*$/);
    await close();
  });

  it('names an inbound connection by its remote address and key, an outbound one as it was dialed [C-191] [C-192]', async () => {
    const nodes = new Nodes();
    const { dialer, listening, outbound, inbound } = await connect(nodes, {
      listener: options(nodes),
      dialer: options(nodes),
      listen,
    });
    expect(outbound.metadata.address).toBe(listening.address);
    const suffix = `/ln-noise-ik/${dialer.publicKey}/ln-handshake/0`;
    expect(inbound.metadata.address.endsWith(suffix)).toBe(true);
    expect(inbound.metadata.address.slice(0, -suffix.length)).toMatch(remote);
    expect(inbound.metadata.remoteIp).toBe(base === undefined ? undefined : '127.0.0.1');
    destroyAll(outbound.socket, inbound.socket);
    await listening.close();
  });

  it('fails on both sides for a dialer that is not trusted any more [C-193]', async () => {
    const nodes = new Nodes();
    const { listener, dialer, listening, outbound, inbound } = await connect(nodes, {
      listener: options(nodes),
      dialer: options(nodes),
      listen,
    });
    destroyAll(outbound.socket, inbound.socket);
    nodes.trust(listener);
    await nodes.time.advanceAsync(1);
    await expect(dialer.transport.dial(listener.peerId, listening.address)).rejects.toMatchObject({
      code: 'ERR_UPGRADE_FAILED',
      stage: 'noise',
      likelyCause: 'refused-by-noise',
    });
    await expect(listener.failed()).resolves.toMatchObject({
      code: 'ERR_UPGRADE_FAILED',
      stage: 'noise',
      likelyCause: 'untrusted-or-invalid-peer',
      cause: { code: 'ERR_NOISE_UNAUTHENTICATED_CLIENT' },
    });
    await listening.close();
  });
});

describe('DiemNetTransport', () => {
  it('gives an inbound connection the role of the trusted set at that moment [C-194]', async () => {
    const nodes = new Nodes();
    const listener = nodes.create({ mode: 'maybe-mutual' });
    const dialer = nodes.create({ mode: 'maybe-mutual' });
    const listening = await listener.listen();
    const roles: PeerRole[] = [];
    nodes.trust([dialer, 'ValidatorFullNode']);
    for (let round = 0; round < 2; round++) {
      await dialer.transport.dial(listener.peerId, listening.address);
      roles.push((await listener.accepted()).metadata.role);
      nodes.trust();
    }
    expect(roles).toEqual(['ValidatorFullNode', 'Unknown']);
  });

  it('leaves the role of an outbound connection to be decided [C-204]', async () => {
    const { outbound } = await connect(new Nodes());
    expect(outbound.metadata.role).toBe('Unknown');
  });

  const KEY = 'ab'.repeat(32);
  it.each([
    '/memory/1',
    `/memory/1/ln-noise-ik/${KEY}`,
    '/memory/1/ln-handshake/0',
    `/memory/1/ln-noise-ik/${KEY}/ln-handshake/0/tcp/1`,
    `/memory/1/ln-handshake/0/ln-noise-ik/${KEY}`,
    `/ln-noise-ik/${KEY}/ln-handshake/0/memory/1`,
    // A shape that can be dialed, but not over memory.
    `/ip4/127.0.0.1/tcp/1/ln-noise-ik/${KEY}/ln-handshake/0`,
  ])('refuses to dial %s at once, without opening a socket [C-195]', (text) => {
    const nodes = new Nodes();
    const dial = jest.spyOn(nodes.network, 'connect');
    const node = nodes.create();
    expect(() => node.transport.dial(node.peerId, address(text))).toThrow(
      expect.objectContaining({ name: 'TransportError', code: 'ERR_INVALID_ADDRESS' }),
    );
    expect(dial).not.toHaveBeenCalled();
    expect(node.metrics.value('diem_network_pending_connection_upgrades')).toBe(0);
  });

  it('refuses to dial another handshake version at once [C-196]', () => {
    const node = new Nodes().create();
    const dial = () =>
      node.transport.dial(node.peerId, address(`/memory/1/ln-noise-ik/${KEY}/ln-handshake/1`));
    expect(dial).toThrow(expect.objectContaining({ code: 'ERR_UNSUPPORTED_HANDSHAKE_VERSION' }));
  });

  it('reports what the base transport could not connect', async () => {
    const node = new Nodes().create();
    const dial = node.transport.dial(node.peerId, address(`/memory/1/ln-noise-ik/${KEY}/ln-handshake/0`));
    await expect(dial).rejects.toMatchObject({
      code: 'ERR_CONNECT_FAILED',
      stage: 'connect',
      likelyCause: 'unreachable',
    });
  });

  it('fails on both sides of different chains and different networks [C-199]', async () => {
    for (const [other, code, cause] of [
      [{ chain: 5 }, 'ERR_INVALID_CHAIN_ID', 'different-chain'],
      [{ networkId: { kind: 'public' } }, 'ERR_INVALID_NETWORK_ID', 'different-network'],
    ] as const) {
      const nodes = new Nodes();
      const listener = nodes.create();
      const dialer = nodes.create(other);
      nodes.trust(listener, dialer);
      const listening = await listener.listen();
      const expected = { stage: 'negotiate', likelyCause: cause, cause: { code } };
      await expect(dialer.transport.dial(listener.peerId, listening.address)).rejects.toMatchObject(expected);
      await expect(listener.failed()).resolves.toMatchObject(expected);
    }
  });

  it('numbers connections in the order of completed upgrades [C-203]', async () => {
    const nodes = new Nodes();
    const listener = nodes.create();
    const dialers = [nodes.create(), nodes.create(), nodes.create()];
    nodes.trust(listener, ...dialers);
    const listening = await listener.listen();
    const ids: number[] = [];
    for (const dialer of dialers) {
      const { metadata } = await dialer.transport.dial(listener.peerId, listening.address);
      expect(metadata.connectionId).toBe(0); // every instance counts for itself
      ids.push((await listener.accepted()).metadata.connectionId);
    }
    expect(ids).toEqual([0, 1, 2]);
  });

  it('works when the stream comes byte by byte [C-205]', async () => {
    const nodes = new Nodes();
    const { outbound, inbound } = await connect(nodes, {
      dialer: { base: dialingWith(nodes.memory, byteByByte) },
    });
    await echoes(outbound, inbound);
  });

  it('does not lose a message that follows the handshake at once', async () => {
    const nodes = new Nodes();
    const { outbound, inbound } = await connect(nodes);
    outbound.socket.write(Uint8Array.of(9));
    outbound.socket.end();
    await settle();
    const reader = new SocketReader(inbound.socket);
    await expect(reader.readToEnd(10)).resolves.toEqual(Uint8Array.of(9));
  });

  it('fails for a dialer that expects another key: the listener refuses, the dialer sees the end [C-206]', async () => {
    const nodes = new Nodes();
    const [listener, dialer, other] = [nodes.create(), nodes.create(), nodes.create()];
    nodes.trust(listener, dialer, other);
    const listening = await listener.listen();
    const wrong = address(listening.address.replace(listener.publicKey, other.publicKey));
    await expect(dialer.transport.dial(listener.peerId, wrong)).rejects.toMatchObject({
      stage: 'noise',
      likelyCause: 'refused-by-noise',
    });
    await expect(listener.failed()).resolves.toMatchObject({
      stage: 'noise',
      cause: { code: 'ERR_NOISE_CLIENT_EXPECTING_DIFFERENT_PUBKEY' },
    });
  });

  it('gives up a dial when its caller does, with the reason of the caller', async () => {
    const nodes = new Nodes();
    const node = nodes.create();
    nodes.network.listen(7, { onConnection: () => {} });
    const controller = new AbortController();
    const dial = node.transport.dial(
      node.peerId,
      address(`/memory/7/ln-noise-ik/${KEY}/ln-handshake/0`),
      controller,
    );
    await settle();
    const reason = new TypeError('changed my mind');
    controller.abort(reason);
    await expect(dial).rejects.toBe(reason);
    expect(nodes.time.pendingTimers).toBe(0);
    expect(
      node.metrics.value('diem_network_connection_upgrade_failures', { reason: 'ERR_UPGRADE_ABORTED' }),
    ).toBe(1);
    await expect(
      node.transport.dial(node.peerId, address(`/memory/7/ln-noise-ik/${KEY}/ln-handshake/0`), controller),
    ).rejects.toBe(reason);
  });

  it('leaves no timer behind', async () => {
    const nodes = new Nodes();
    const { listening } = await connect(nodes);
    await listening.close();
    expect(nodes.time.pendingTimers).toBe(0);
  });
});

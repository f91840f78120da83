import { parseNetworkAddress } from '@diemnet/network-address';
import type { ConnectionEvent, ConnectionListener, DialOptions } from '@diemnet/peer-manager';
import type { DisconnectCause } from '@diemnet/peer';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  DiemNetError,
  PUBLIC_NETWORK,
  TrustedPeers,
  VALIDATOR_NETWORK,
  publicKeyFromHex,
  peerIdFromHex,
  type NetworkAddress,
  type NetworkContext,
  type Peer,
  type PeerId,
  type PeerRole,
  type PeerSet,
  type X25519PublicKey,
} from '@diemnet/types';
import { MemoryMetrics, MockTime, RecordingLogger, seededRng } from '@diemnet/types/testing';
import { ConnectivityManager, type ConnectivityManagerOptions } from '../src/index.js';

/** The n-th test peer. */
export function peer(n: number): PeerId {
  return peerIdFromHex(n.toString(16).padStart(32, '0'));
}

/** The n-th test key. */
export function key(n: number): X25519PublicKey {
  return publicKeyFromHex(n.toString(16).padStart(64, '0'));
}

/** An address on its own port, with a key. */
export function address(port: number, withKey: X25519PublicKey = key(port)): NetworkAddress {
  return parseNetworkAddress(`/ip4/10.0.0.1/tcp/${port}/ln-noise-ik/${withKey}/ln-handshake/0`);
}

/** What a source says about a peer. */
export function says({
  addresses = [],
  keys = [],
  role = 'Validator',
}: {
  addresses?: readonly NetworkAddress[];
  keys?: readonly X25519PublicKey[];
  role?: PeerRole;
} = {}): Peer {
  return { addresses, keys: new Set(keys), role };
}

/** A peer set from an object of numbers to peers. */
export function peers(set: Record<number, Peer>): PeerSet {
  return new Map(Object.entries(set).map(([n, it]) => [peer(Number(n)), it]));
}

/** Validators 1 to n, each with one key and one address. */
export function validators(n: number, role: PeerRole = 'Validator'): PeerSet {
  const all: Record<number, Peer> = {};
  for (let i = 1; i <= n; i++) all[i] = says({ addresses: [address(i)], keys: [key(i)], role });
  return peers(all);
}

/** A dial as PeerManager got it. */
export interface RequestedDial {
  readonly peerId: PeerId;
  readonly address: NetworkAddress;
  readonly replace: boolean;
  readonly signal: AbortSignal | undefined;
  readonly atMs: number;
  succeed(metadata?: ConnectionMetadata): void;
  fail(code?: string): void;
}

/** A disconnect as PeerManager got it. */
export interface RequestedDisconnect {
  readonly peerId: PeerId;
  readonly cause: DisconnectCause | undefined;
  succeed(): void;
  fail(code?: string): void;
}

/** An error with a code, as another package would throw it. */
export function failure(code: string): DiemNetError {
  return new DiemNetError(code, `test failure ${code}`);
}

export const OUR_PEER_ID = peer(0xffff);

export const VALIDATOR: NetworkContext = {
  role: 'validator',
  networkId: VALIDATOR_NETWORK,
  peerId: OUR_PEER_ID,
};
export const FULL_NODE: NetworkContext = {
  role: 'full_node',
  networkId: PUBLIC_NETWORK,
  peerId: OUR_PEER_ID,
};

/** A ConnectivityManager with a PeerManager that does what the test says, on simulated time. */
export class Harness {
  readonly time = new MockTime();
  readonly metrics = new MemoryMetrics();
  readonly logger = new RecordingLogger();
  readonly trusted = new TrustedPeers();
  readonly manager: ConnectivityManager;
  readonly interval: number;
  /** Dials and disconnects not looked at yet. */
  readonly dials: RequestedDial[] = [];
  readonly disconnects: RequestedDisconnect[] = [];
  #listener: ConnectionListener | undefined;
  #connectionId = 0;

  constructor(
    options: ConnectivityManagerOptions = {},
    { context = VALIDATOR, seed = 1 }: { context?: NetworkContext; seed?: number } = {},
  ) {
    this.interval = options.checkIntervalMs ?? 5_000;
    this.manager = new ConnectivityManager(
      {
        context,
        peerManager: {
          dial: (peerId, to, dialOptions) => this.#onDial(peerId, to, dialOptions),
          disconnect: (peerId, cause) => this.#onDisconnect(peerId, cause),
          subscribe: (listener) => {
            this.#listener = listener;
            return () => (this.#listener = undefined);
          },
        },
        trustedPeers: this.trusted,
        time: this.time,
        rng: seededRng(seed),
        logger: this.logger,
        metrics: this.metrics,
      },
      { jitterShare: 0, firstJitterMs: 0, ...options },
    );
  }

  get subscribed(): boolean {
    return this.#listener !== undefined;
  }

  /** Starts and lets the first tick happen. */
  async start(): Promise<void> {
    this.manager.start();
    await this.advance(0);
  }

  advance(ms: number): Promise<void> {
    return this.time.advanceAsync(ms);
  }

  /** Lets the next tick pass, and the longest delay of a dial that was queued by the last one. */
  tick(): Promise<void> {
    return this.advance(this.interval);
  }

  update(
    set: PeerSet,
    source: Parameters<ConnectivityManager['updateDiscoveredPeers']>[0] = 'OnChainValidatorSet',
  ) {
    this.manager.updateDiscoveredPeers(source, set);
  }

  /** The one dial since the last look. */
  expectDial(peerId: PeerId, to?: NetworkAddress): RequestedDial {
    expect(this.dials.map((dial) => dial.peerId)).toEqual([peerId]);
    const [dial] = this.dials.splice(0) as [RequestedDial];
    if (to !== undefined) expect(dial.address).toBe(to);
    return dial;
  }

  /** That many dials since the last look. */
  expectDials(count: number): RequestedDial[] {
    expect(this.dials).toHaveLength(count);
    return this.dials.splice(0);
  }

  expectNoDial(): void {
    expect(this.dials.map((dial) => dial.address)).toEqual([]);
  }

  /** Waits up to `withinMs` for a dial, in steps of a second. */
  async awaitDial(peerId: PeerId, to?: NetworkAddress, withinMs = 70_000): Promise<RequestedDial> {
    for (let waited = 0; this.dials.length === 0 && waited <= withinMs; waited += 1_000)
      await this.advance(1_000);
    return this.expectDial(peerId, to);
  }

  expectDisconnect(peerId: PeerId, cause?: DisconnectCause): RequestedDisconnect {
    expect(this.disconnects.map((request) => request.peerId)).toEqual([peerId]);
    const [request] = this.disconnects.splice(0) as [RequestedDisconnect];
    if (cause !== undefined) expect(request.cause).toBe(cause);
    return request;
  }

  expectNoDisconnect(): void {
    expect(this.disconnects.map((request) => request.peerId)).toEqual([]);
  }

  metadata(peerId: PeerId, fields: Partial<ConnectionMetadata> = {}): ConnectionMetadata {
    return {
      remotePeerId: peerId,
      remotePublicKey: [...(this.trusted.get(peerId)?.keys ?? [key(1)])][0] as X25519PublicKey,
      connectionId: this.#connectionId++,
      address: address(1),
      remoteIp: '10.0.0.1',
      origin: 'outbound',
      messagingVersion: 0,
      applicationProtocols: { has: () => true, toIds: () => [], size: 0 },
      role: this.trusted.get(peerId)?.role ?? 'Unknown',
      ...fields,
    };
  }

  /** PeerManager reports a connection. */
  async injectNewPeer(peerId: PeerId, fields: Partial<ConnectionMetadata> = {}): Promise<ConnectionMetadata> {
    const metadata = this.metadata(peerId, fields);
    await this.inject({ type: 'new-peer', metadata });
    return metadata;
  }

  /** PeerManager reports the end of a connection. */
  async injectLostPeer(metadata: ConnectionMetadata): Promise<void> {
    await this.inject({ type: 'lost-peer', metadata, reason: 'ConnectionLost', cause: 'remote-closed' });
  }

  async inject(event: ConnectionEvent): Promise<void> {
    this.#listener?.(event);
    await this.advance(0);
  }

  /** Lets a dial succeed as PeerManager does: first the event, then the answer. */
  async connect(dial: RequestedDial, fields: Partial<ConnectionMetadata> = {}): Promise<ConnectionMetadata> {
    const metadata = await this.injectNewPeer(dial.peerId, { address: dial.address, ...fields });
    dial.succeed(metadata);
    await this.advance(0);
    return metadata;
  }

  /** Takes the one dial and connects it. */
  async expectDialAndConnect(peerId: PeerId, to?: NetworkAddress): Promise<ConnectionMetadata> {
    return this.connect(this.expectDial(peerId, to));
  }

  gauge(name: string): number {
    return this.metrics.value(name);
  }

  #onDial(peerId: PeerId, to: NetworkAddress, options: DialOptions = {}): Promise<ConnectionMetadata> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      signal?.addEventListener('abort', () => reject(signal.reason));
      this.dials.push({
        peerId,
        address: to,
        replace: options.replace ?? false,
        signal,
        atMs: this.time.now(),
        succeed: (metadata = this.metadata(peerId, { address: to })) => resolve(metadata),
        fail: (code = 'ERR_DIAL_FAILED') => reject(failure(code)),
      });
    });
  }

  #onDisconnect(peerId: PeerId, cause: DisconnectCause | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.disconnects.push({
        peerId,
        cause,
        succeed: () => resolve(),
        fail: (code = 'ERR_NOT_CONNECTED') => reject(failure(code)),
      });
    });
  }
}

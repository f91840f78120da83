import { MemoryNetwork, createMemorySocketPair } from '@diemnet/memsocket';
import { MemoryTransport, TcpTransport, type ListenHandlers, type Transport } from '@diemnet/netcore';
import { parseNetworkAddress } from '@diemnet/network-address';
import { NoiseUpgrader, generateKeyPair } from '@diemnet/noise';
import {
  PUBLIC_NETWORK,
  TrustedPeers,
  VALIDATOR_NETWORK,
  chainIdFromNumber,
  peerIdFromPublicKey,
  type NetworkAddress,
  type NetworkId,
  type PeerRole,
  type Socket,
} from '@diemnet/types';
import { MemoryMetrics, MockTime, RecordingLogger, seededRng } from '@diemnet/types/testing';
import type { ProtocolId } from '@diemnet/wire';
import {
  DiemNetTransport,
  type Connection,
  type Listener,
  type ProxyProtocolOptions,
  type TransportOptions,
  type UpgradeError,
} from '../../src/index.js';

export interface NodeOptions {
  readonly mode?: 'mutual' | 'maybe-mutual';
  readonly base?: Transport;
  readonly chain?: number;
  readonly networkId?: NetworkId;
  readonly protocols?: readonly ProtocolId[];
  readonly proxyProtocol?: ProxyProtocolOptions;
  readonly options?: Partial<TransportOptions>;
}

/** Nodes of one test: a shared in-memory network, clock, and set of trusted peers. */
export class Nodes {
  readonly time = new MockTime();
  readonly network = new MemoryNetwork();
  readonly memory: Transport = new MemoryTransport(this.network);
  readonly tcp: Transport = new TcpTransport({ time: this.time, httpProxy: 'none' });
  readonly trusted = new TrustedPeers();
  #seed = 1;

  create(options: NodeOptions = {}): Node {
    return new Node(this, this.#seed++, options);
  }

  /** Trusts these and no others. */
  trust(...peers: (Node | [Node, PeerRole])[]): void {
    this.trusted.replace(
      new Map(
        peers.map((peer) => {
          const [node, role] = peer instanceof Node ? [peer, 'Validator' as PeerRole] : peer;
          return [node.peerId, { keys: new Set([node.publicKey]), role }];
        }),
      ),
    );
  }
}

export class Node {
  readonly metrics = new MemoryMetrics();
  readonly logger = new RecordingLogger();
  readonly publicKey;
  readonly peerId;
  readonly noise;
  readonly transport;
  readonly connections: Connection[] = [];
  readonly failures: UpgradeError[] = [];
  #waiting: (() => void)[] = [];

  constructor(nodes: Nodes, seed: number, options: NodeOptions) {
    const { mode = 'mutual', networkId = mode === 'mutual' ? VALIDATOR_NETWORK : PUBLIC_NETWORK } = options;
    const { time, trusted } = nodes;
    const rng = seededRng(seed);
    const keyPair = generateKeyPair({ rng });
    this.publicKey = keyPair.publicKey;
    this.peerId = peerIdFromPublicKey(keyPair.publicKey);
    const context = { role: 'validator', networkId, peerId: this.peerId } as const;
    const { metrics, logger } = this;
    this.noise = new NoiseUpgrader({
      identity: { peerId: this.peerId, keyPair },
      mode,
      trustedPeers: trusted,
      time,
      rng,
      context,
    });
    this.transport = new DiemNetTransport(
      {
        base: options.base ?? nodes.memory,
        noise: this.noise,
        handshake: {
          chainId: chainIdFromNumber(options.chain ?? 4),
          networkId,
          protocols: () => options.protocols ?? [0, 5],
        },
        context,
        proxyProtocol: options.proxyProtocol,
        time,
        metrics,
        logger,
      },
      options.options,
    );
  }

  async listen(
    at: { address?: string; refuses?: (ip: string) => string | undefined } | string = {},
  ): Promise<Listener> {
    const { address = '/memory/0', refuses = undefined } = typeof at === 'string' ? { address: at } : at;
    return this.transport.listen(parseNetworkAddress(address), {
      ...(refuses && { refuses }),
      onConnection: (connection) => {
        this.connections.push(connection);
        this.#wake();
      },
      onFailure: (failure) => {
        this.failures.push(failure);
        this.#wake();
      },
    });
  }

  /** The next inbound connection. */
  async accepted(): Promise<Connection> {
    while (this.connections.length === 0) await this.#change();
    return this.connections.shift() as Connection;
  }

  /** The next failed inbound upgrade. */
  async failed(): Promise<UpgradeError> {
    while (this.failures.length === 0) await this.#change();
    return this.failures.shift() as UpgradeError;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A base transport whose dialed sockets are changed by `wrap`. */
export function dialingWith(base: Transport, wrap: (socket: Socket) => Socket): Transport {
  return {
    listen: (address, handlers, options) => base.listen(address, handlers, options),
    dial: async (address, options) => wrap(await base.dial(address, options)),
  };
}

/** Writes every byte on its own. */
export function byteByByte(socket: Socket): Socket {
  const writeMany = (chunks: readonly Uint8Array[]) =>
    socket.writeMany(chunks.flatMap((chunk) => Array.from(chunk, (byte) => Uint8Array.of(byte))));
  return new Proxy(socket, {
    get(target, name) {
      if (name === 'writeMany') return writeMany;
      if (name === 'write') return (chunk: Uint8Array) => writeMany([chunk]);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export const address = (text: string): NetworkAddress => parseNetworkAddress(text);

/** A base whose connections a test makes, from any IP address. */
export class FakeBase implements Transport {
  #handlers: ListenHandlers | undefined;

  async listen(at: NetworkAddress, handlers: ListenHandlers) {
    this.#handlers = handlers;
    return { address: at, close: async () => {} };
  }

  async dial(): Promise<Socket> {
    throw new TypeError('not for dialing');
  }

  /** Connects from `ip`; returns the dialer's end. */
  connect(ip: string): Socket {
    const [near, far] = createMemorySocketPair();
    const accepted = new Proxy(near, {
      get(target, name) {
        if (name === 'remoteIp') return ip;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    this.#handlers?.onConnection({ socket: accepted, remoteAddress: address(`/ip4/${ip}/tcp/1`) });
    return far;
  }
}

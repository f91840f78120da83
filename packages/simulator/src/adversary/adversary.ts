import type { Listener } from '@diemnet/netcore';
import { ipTcpAddress } from '@diemnet/network-address';
import { NoiseUpgrader, type NoiseIdentity, generateKeyPair } from '@diemnet/noise';
import { DiemNetTransport, type Connection } from '@diemnet/transport';
import {
  TrustedPeers,
  VALIDATOR_NETWORK,
  peerIdFromPublicKey,
  type Socket,
  type SocketHandler,
} from '@diemnet/types';
import { ProtocolIds } from '@diemnet/wire';
import type { SimulatedHost } from '../net/simulated-host.js';
import { SimulatedTransport } from '../net/simulated-transport.js';
import { Prng } from '../random/prng.js';
import { NODE_PORT, type SimulatedNode } from '../world/simulated-node.js';
import type { World } from '../world/world.js';

/** Who an adversary is. */
export interface AdversaryOptions {
  /** @default adversary-<number> */
  readonly name?: string;
  /** Its address. @default 10.200.x.y, one of its own */
  readonly ip?: string;
  /** A validator whose key it has got hold of. @default none: it is a stranger */
  readonly identity?: NoiseIdentity;
}

/** What an adversary counts of a connection. */
export interface AdversaryConnection {
  readonly socket: Socket;
  receivedBytes: number;
  ended: boolean;
  closed: boolean;
  error: Error | undefined;
}

/**
 * A host that speaks the protocol as far as it likes, and then does something else. It runs on the simulation's own
 * clock and is never paused; what it opens it forgets to close.
 */
export class Adversary {
  readonly name: string;
  readonly host: SimulatedHost;
  readonly identity: NoiseIdentity;
  readonly rng: Prng;
  readonly #world: World;
  readonly #base: SimulatedTransport;
  readonly #connections: AdversaryConnection[] = [];
  #lastRaw: Socket | undefined;

  constructor(world: World, { name, ip, identity }: AdversaryOptions = {}) {
    const number = nextNumber(world);
    this.name = name ?? `adversary-${number}`;
    this.#world = world;
    this.host = world.network.host(ip ?? `10.200.${number >> 8}.${number & 255}`, this.name);
    this.rng = new Prng(world.seed, 'adversary', this.name);
    const keyPair = identity?.keyPair ?? generateKeyPair({ rng: this.rng });
    this.identity = identity ?? { peerId: peerIdFromPublicKey(keyPair.publicKey), keyPair };
    this.#base = new SimulatedTransport(world.network, this.host);
    const { dial } = this.#base;
    this.#base.dial = async (address, options) =>
      (this.#lastRaw = await dial.call(this.#base, address, options));
  }

  /** What it connected last, below all encryption. */
  get lastRawSocket(): Socket | undefined {
    return this.#lastRaw;
  }

  /** What it has opened, or accepted, so far. */
  get connections(): readonly AdversaryConnection[] {
    return this.#connections;
  }

  /** Connections that the other side has not closed. */
  get openConnections(): number {
    return this.#connections.filter(({ closed, ended }) => !closed && !ended).length;
  }

  /** A plain connection. */
  async connect(node: SimulatedNode): Promise<AdversaryConnection> {
    return this.#watch(await this.#base.dial(ipTcpAddress(node.host.ip, NODE_PORT)));
  }

  /** A connection with Noise, up to the version handshake. */
  async connectNoise(node: SimulatedNode): Promise<AdversaryConnection> {
    const socket = await this.#base.dial(ipTcpAddress(node.host.ip, NODE_PORT));
    const upgraded = await this.#upgrader().upgradeOutbound(socket, node.keyPair.publicKey);
    return this.#watch(upgraded.socket);
  }

  /** A whole connection, as a peer has it. Needs the key of a validator, unless the network admits strangers. */
  async connectPeer(node: SimulatedNode): Promise<AdversaryConnection> {
    const { socket } = await this.#transport().dial(node.peerId, node.address);
    return this.#watch(socket);
  }

  /** Listens as a validator would and accepts whole connections, which `onConnection` gets. */
  listenAsPeer(
    onConnection: (connection: Connection, watched: AdversaryConnection) => void,
  ): Promise<Listener> {
    return this.#transport().listen(ipTcpAddress(this.host.ip, NODE_PORT), {
      onConnection: (connection) => onConnection(connection, this.#watch(connection.socket)),
    });
  }

  /** Accepts plain connections. */
  listenRaw(onConnection: (watched: AdversaryConnection) => void): Promise<Listener> {
    return this.#base.listen(ipTcpAddress(this.host.ip, NODE_PORT), {
      onConnection: ({ socket }) => onConnection(this.#watch(socket)),
      onError() {},
    });
  }

  /** Random bytes. */
  garbage(length: number): Uint8Array {
    return this.rng.fill(new Uint8Array(length));
  }

  /** Calls `act` every `everyMs`, until it answers false. */
  every(everyMs: number, act: () => boolean): void {
    const { time } = this.#world;
    time.schedule(everyMs, () => {
      if (act()) this.every(everyMs, act);
    });
  }

  #transport(): DiemNetTransport {
    const { time, chainId } = this.#world;
    return new DiemNetTransport(
      {
        base: this.#base,
        noise: this.#upgrader(),
        handshake: { chainId, networkId: VALIDATOR_NETWORK, protocols: () => Object.values(ProtocolIds) },
        context: { role: 'validator', networkId: VALIDATOR_NETWORK, peerId: this.identity.peerId },
        time,
      },
      {},
    );
  }

  #upgrader(): NoiseUpgrader {
    const { time, options } = this.#world;
    return new NoiseUpgrader({
      identity: this.identity,
      mode: 'maybe-mutual',
      trustedPeers: new TrustedPeers(),
      time,
      rng: this.rng,
      ...(options.backend === undefined ? {} : { backend: options.backend }),
    });
  }

  #watch(socket: Socket): AdversaryConnection {
    const watched: AdversaryConnection = {
      socket,
      receivedBytes: 0,
      ended: false,
      closed: false,
      error: undefined,
    };
    const handler: SocketHandler = {
      onData: (chunk) => void (watched.receivedBytes += chunk.length),
      onEnd: () => void (watched.ended = true),
      onDrain() {},
      onClose: (error) => {
        watched.closed = true;
        watched.error = error;
      },
    };
    socket.setHandler(handler);
    this.#connections.push(watched);
    return watched;
  }
}

function nextNumber(world: World): number {
  let number = 0;
  for (const host of world.network.hosts()) if (!world.isNode(host)) number++;
  return number + 1;
}

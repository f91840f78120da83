import { NetworkBuilder, type NetworkConfig } from '@diemnet/builder';
import { bytesCodec, type RegisteredApplication } from '@diemnet/network';
import { HANDSHAKE_VERSION, appendProductionProtocols, ipTcpAddress } from '@diemnet/network-address';
import { generateKeyPair } from '@diemnet/noise';
import type { ConnectionEvent } from '@diemnet/peer-manager';
import {
  VALIDATOR_NETWORK,
  peerIdFromPublicKey,
  type NetworkAddress,
  type Peer,
  type PeerId,
  type PeerSet,
  type X25519KeyPair,
} from '@diemnet/types';
import { ProtocolIds } from '@diemnet/wire';
import { SimulatorError } from '../errors.js';
import type { SimulatedHost } from '../net/simulated-host.js';
import { SimulatedTransport } from '../net/simulated-transport.js';
import { Prng } from '../random/prng.js';
import type { NodeState, RestartState, TestbedNode } from '../scenario/testbed.js';
import { NodeClock } from '../time/node-clock.js';
import type { World } from './world.js';

/** Port that every node listens on. */
export const NODE_PORT = 6180;
const DEFAULT_RPC_TIMEOUT_MS = 10_000;
/** Longest end of a `stop` beyond its grace: what is still open then is destroyed, not waited for. */
const STOP_SLACK_MS = 1000;
const DEFAULT_STOP_GRACE_MS = 5000;

/** What a node is made with, besides what its world says. */
export interface SimulatedNodeOptions {
  /** Fields of the configuration file that differ from the world's. */
  readonly config?: Partial<NetworkConfig>;
  /** How far its wall clock is ahead, in milliseconds. @default 0 */
  readonly clockOffsetMs?: number;
  /** @default derived from its first key */
  readonly peerId?: PeerId;
  /** False: it is told no addresses, so that it waits to be dialed. @default true */
  readonly dials?: boolean;
}

/** Answers an RPC of the simulation's application; undefined leaves it unanswered. */
export type Answer = (payload: Uint8Array, from: PeerId) => Uint8Array | undefined;

/** A whole node: everything that `@diemnet/builder` makes, on a simulated host and clock. */
export class SimulatedNode implements TestbedNode {
  readonly name: string;
  readonly peerId: PeerId;
  readonly host: SimulatedHost;
  /** What it answers to RPCs. @default what it was asked */
  answer: Answer = (payload) => payload;
  /** Told of every message. */
  onMessage: ((payload: Uint8Array, from: PeerId) => void) | undefined;
  readonly #world: World;
  readonly #options: SimulatedNodeOptions;
  readonly #connected = new Set<PeerId>();
  #keyPair: X25519KeyPair;
  #keys = 0;
  #lives = 0;
  #state: NodeState = 'new';
  #network: NetworkBuilder | undefined;
  #application: RegisteredApplication<Uint8Array> | undefined;
  #clock: NodeClock | undefined;
  #clockOffsetMs: number;
  #receivedMessages = 0;
  #receivedBytes = 0;
  #changedAt = 0;

  constructor(world: World, name: string, host: SimulatedHost, options: SimulatedNodeOptions = {}) {
    this.#world = world;
    this.name = name;
    this.host = host;
    this.#options = options;
    this.#clockOffsetMs = options.clockOffsetMs ?? 0;
    this.#keyPair = this.#newKey();
    this.peerId = options.peerId ?? peerIdFromPublicKey(this.#keyPair.publicKey);
  }

  get state(): NodeState {
    return this.#state;
  }

  get connectedPeers(): ReadonlySet<PeerId> {
    return this.#connected;
  }

  get receivedMessages(): number {
    return this.#receivedMessages;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get keyPair(): X25519KeyPair {
    return this.#keyPair;
  }

  /** What others dial. */
  get address(): NetworkAddress {
    return appendProductionProtocols(
      ipTcpAddress(this.host.ip, NODE_PORT),
      this.#keyPair.publicKey,
      HANDSHAKE_VERSION,
    );
  }

  /** What the validator set says of it. */
  get peer(): Peer {
    return {
      addresses: [this.address],
      keys: new Set([this.#keyPair.publicKey]),
      role: 'Validator',
    };
  }

  /** The network that runs, or ran last. @throws SimulatorError `ERR_SIMULATOR_NODE_STATE` before the first start */
  get network(): NetworkBuilder {
    return this.#require(this.#network, 'has not been started');
  }

  /** @throws SimulatorError `ERR_SIMULATOR_NODE_STATE` before the first start */
  get clock(): NodeClock {
    return this.#require(this.#clock, 'has not been started');
  }

  /** @throws SimulatorError `ERR_SIMULATOR_NODE_STATE` before the first start */
  get application(): RegisteredApplication<Uint8Array> {
    return this.#require(this.#application, 'has not been started');
  }

  /** When its trusted set or its ability to act last changed, in virtual milliseconds. */
  get changedAt(): number {
    return this.#changedAt;
  }

  async start(): Promise<void> {
    this.#assertState('start', 'new', 'stopped', 'crashed');
    const { time, network, options } = this.#world;
    const incarnation = this.host.boot();
    const life = this.#lives++;
    const clock = new NodeClock(time, incarnation, { offsetMs: this.#clockOffsetMs });
    const builder = await NetworkBuilder.create({
      chainId: this.#world.chainId,
      role: 'validator',
      time: clock,
      rng: new Prng(this.#world.seed, 'node', this.name, life),
      baseTransport: new SimulatedTransport(network, this.host),
      ...(options.logger === undefined ? {} : { logger: options.logger.child({ node: this.name }) }),
      ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
      ...(options.backend === undefined ? {} : { backend: options.backend }),
      ...(options.tuning === undefined ? {} : { tuning: options.tuning }),
      config: {
        network_id: VALIDATOR_NETWORK,
        mutual_authentication: true,
        listen_address: ipTcpAddress(this.host.ip, NODE_PORT),
        ...options.config,
        ...this.#options.config,
        identity: { type: 'from_config', key: this.#keyPair.privateKey, peer_id: this.peerId },
      },
    });
    const application = builder.registerApplication<Uint8Array>({
      name: 'simulation',
      protocols: [
        { id: ProtocolIds.ConsensusRpc, kinds: ['rpc'], codec: bytesCodec },
        { id: ProtocolIds.MempoolDirectSend, kinds: ['direct-send'], codec: bytesCodec },
      ],
    });
    this.#network = builder;
    this.#application = application;
    this.#clock = clock;
    this.#connected.clear();
    application.events.setHandler({
      onMessage: (payload, from) => this.#onMessage(payload, from.remotePeerId),
      onRpc: (payload, reply, from) => {
        const answer = this.answer(payload, from.remotePeerId);
        if (answer === undefined) reply.fail(new SimulatorError('ERR_SIMULATOR_NODE_STATE', 'no answer'));
        else if (!reply.closed) reply.respond(answer);
      },
      onConnection: (event) => this.#onConnection(event),
    });
    options.observer?.onNetwork?.(this, builder);
    await builder.build();
    builder.start();
    this.#setState('running');
    this.discover();
  }

  /** Tells it the validator set of the world. */
  discover(): void {
    if (this.#state !== 'running' && this.#state !== 'paused') return;
    this.#changedAt = this.#world.nowMs;
    const { connectivityManager } = this.network;
    const { validatorSet } = this.#world;
    const set = this.#options.dials === false ? withoutAddresses(validatorSet) : validatorSet;
    this.host.incarnation.enter(() => connectivityManager.updateDiscoveredPeers('OnChainValidatorSet', set));
  }

  stop({ graceMs = DEFAULT_STOP_GRACE_MS }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#assertState('stop', 'running');
    const { network, host, clock } = this;
    this.#setState('stopped');
    const stopped = network.stop({ graceMs }).then(() => {
      const left = `${host.openPorts} ports, ${host.openSockets} sockets, ${clock.pendingTimers} timers`;
      if (host.openPorts + host.openSockets + clock.pendingTimers > 0) {
        throw new SimulatorError('ERR_SIMULATOR_INVARIANT', `${this.name} is stopped and leaves ${left}`);
      }
    });
    return this.#world.watch(stopped, `stop of ${this.name}`, graceMs + STOP_SLACK_MS, this);
  }

  crash({ power = false }: { readonly power?: boolean } = {}): void {
    this.#assertState('crash', 'running', 'paused', 'stopped');
    if (power) this.host.powerOff();
    else this.host.kill();
    this.#connected.clear();
    this.#setState('crashed');
  }

  pause(): void {
    this.#assertState('pause', 'running');
    this.host.incarnation.pause();
    this.#setState('paused');
  }

  resume(): void {
    this.#assertState('resume', 'paused');
    this.host.incarnation.resume();
    this.#setState('running');
  }

  /** `'lost'`: with a new key; others learn of it when the world publishes its validator set. */
  async restart({ state = 'kept' }: { readonly state?: RestartState } = {}): Promise<void> {
    this.#assertState('restart', 'stopped', 'crashed');
    if (state === 'lost') this.#keyPair = this.#newKey();
    await this.start();
  }

  /** A new key, in force from the next start on, and announced by the next publication. */
  rotateKey(): void {
    this.#keyPair = this.#newKey();
  }

  /** Sets its wall clock, forward or back. */
  stepClock(byMs: number): void {
    this.#clockOffsetMs += byMs;
    this.#clock?.step(byMs);
    this.#world.trace.add(this.#world.nowMs, 'node', this.name, `clock steps by ${byMs} ms`);
  }

  send(to: TestbedNode, payload: Uint8Array): boolean {
    try {
      return this.application.sender.sendTo(to.peerId, ProtocolIds.MempoolDirectSend, payload);
    } catch {
      return false;
    }
  }

  rpc(
    to: TestbedNode,
    payload: Uint8Array,
    { timeoutMs = DEFAULT_RPC_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<Uint8Array> {
    const answer = this.application.sender.sendRpc(to.peerId, ProtocolIds.ConsensusRpc, payload, {
      timeoutMs,
    });
    return this.#world.watch(answer, `RPC of ${this.name} to ${to.name}`, timeoutMs, this);
  }

  #newKey(): X25519KeyPair {
    return generateKeyPair({ rng: new Prng(this.#world.seed, 'key', this.name, this.#keys++) });
  }

  #onMessage(payload: Uint8Array, from: PeerId): void {
    this.#receivedMessages++;
    this.#receivedBytes += payload.length;
    this.onMessage?.(payload, from);
  }

  #onConnection(event: ConnectionEvent): void {
    const { remotePeerId, origin } = event.metadata;
    const known = this.#connected.has(remotePeerId);
    this.#world.onConnectionEvent(this, event, known);
    if (event.type === 'lost-peer') this.#connected.delete(remotePeerId);
    else this.#connected.add(remotePeerId);
    const what = event.type === 'lost-peer' ? `${event.type} ${event.cause}` : `${event.type} ${origin}`;
    this.#world.trace.add(
      this.#world.nowMs,
      'peer',
      this.name,
      `${what} ${this.#world.nameOf(remotePeerId)}`,
    );
  }

  #setState(state: NodeState): void {
    this.#state = state;
    this.#changedAt = this.#world.nowMs;
    this.#world.onNodeChanged(this);
  }

  #assertState(action: string, ...allowed: readonly NodeState[]): void {
    if (allowed.includes(this.#state)) return;
    throw new SimulatorError(
      'ERR_SIMULATOR_NODE_STATE',
      `${this.name} cannot ${action}: it is ${this.#state}`,
    );
  }

  #require<T>(value: T | undefined, why: string): T {
    if (value !== undefined) return value;
    throw new SimulatorError('ERR_SIMULATOR_NODE_STATE', `${this.name} ${why}`);
  }
}

function withoutAddresses(set: PeerSet): PeerSet {
  return new Map(Array.from(set, ([peerId, peer]) => [peerId, { ...peer, addresses: [] }]));
}

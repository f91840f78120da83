import type { NetworkBuilder, NetworkConfig, NetworkTuning } from '@diemnet/builder';
import type { CryptoBackend } from '@diemnet/noise';
import { DEFAULT_PEER_OPTIONS } from '@diemnet/peer';
import type { ConnectionEvent } from '@diemnet/peer-manager';
import {
  chainIdFromNumber,
  peerIdToBytes,
  publicKeyToBytes,
  shortPeerId,
  startInterval,
  type ChainId,
  type Logger,
  type Metrics,
  type Peer,
  type PeerId,
  type PeerSet,
  type Timer,
} from '@diemnet/types';
import { durationMs, type Duration } from '../duration.js';
import { SimulatorError } from '../errors.js';
import type { LinkShape } from '../net/link-shape.js';
import type { SimulatedHost } from '../net/simulated-host.js';
import { SimulatedNetwork } from '../net/simulated-network.js';
import { Prng } from '../random/prng.js';
import type { PartitionOptions, Testbed, UntilOptions } from '../scenario/testbed.js';
import { VirtualTime } from '../time/virtual-time.js';
import { Trace, type TraceOptions } from '../trace/trace.js';
import { Transcript } from '../transcript/transcript.js';
import { DEFAULT_INVARIANTS, type Invariant } from './invariants.js';
import { SimulatedNode, type SimulatedNodeOptions } from './simulated-node.js';
import { WatchList } from './watch-list.js';

/** Looks on while a world runs: a recorder, say. It must change nothing, or the seed does not repeat. */
export interface WorldObserver {
  /** The world has just been made, and is empty. */
  onWorld?(world: World): void;
  /** A node has a network, which has not started yet. After a restart it is another one. */
  onNetwork?(node: SimulatedNode, network: NetworkBuilder): void;
  /** After every event, when all that it caused is done. */
  onEvent?(): void;
}

/** How a {@link World} is made. */
export interface WorldOptions {
  /** All chance comes from it. @default 1 */
  readonly seed?: number;
  /** Of all links. */
  readonly link?: Partial<LinkShape>;
  /** Fields of the configuration file, for all nodes. */
  readonly config?: Partial<NetworkConfig>;
  /** Settings beyond the configuration file, for all nodes. */
  readonly tuning?: NetworkTuning;
  /** @default the fastest there is */
  readonly backend?: CryptoBackend;
  /** See SimulatedNetworkOptions. @default false */
  readonly stableChunks?: boolean;
  /** @default nobody logs */
  readonly logger?: Logger;
  /** Shared by all nodes. @default nobody measures */
  readonly metrics?: Metrics;
  readonly trace?: TraceOptions;
  /** @default nobody */
  readonly observer?: WorldObserver;
  /** @default DEFAULT_INVARIANTS */
  readonly invariants?: readonly Invariant[];
  /**
   * Events from one check of the invariants to the next. A check looks at all connections, so that it is made less
   * often in large networks. @default 1 for two nodes, 25 for ten, twice the square of their number for more
   */
  readonly checkEvery?: number;
}

/** How often conditions are looked at although no node has changed, in virtual milliseconds. */
const CONDITION_INTERVAL_MS = 20;

/**
 * A network of whole nodes in virtual time.
 *
 * @example
 * const world = new World({ seed: 42 });
 * await world.addValidators(10);
 * await world.until(() => fullMesh(world), { within: '10s' });
 */
export class World implements Testbed {
  readonly seed: number;
  readonly options: WorldOptions;
  readonly chainId: ChainId = chainIdFromNumber(4);
  readonly time = new VirtualTime();
  readonly trace: Trace;
  readonly network: SimulatedNetwork;
  /** For the scenario's own choices. */
  readonly rng: Prng;
  readonly watchList = new WatchList();
  /** What the invariant on queues holds nodes to. */
  readonly limits: { readonly maxQueuedBytes: number; readonly maxPendingRpcs: number };
  readonly #nodes: SimulatedNode[] = [];
  readonly #byPeerId = new Map<PeerId, SimulatedNode>();
  readonly #byHost = new Map<SimulatedHost, SimulatedNode>();
  readonly #set = new Map<PeerId, Peer>();
  readonly #invariants: readonly Invariant[];
  readonly #cuts = new Set<readonly [SimulatedHost, SimulatedHost]>();
  #published: PeerSet = new Map();
  #changes = 0;
  #sinceCheck = 0;
  #violation: SimulatorError | undefined;

  constructor(options: WorldOptions = {}) {
    this.options = options;
    this.seed = options.seed ?? 1;
    this.trace = new Trace(options.trace);
    this.rng = new Prng(this.seed, 'scenario');
    this.network = new SimulatedNetwork(this.time, {
      seed: this.seed,
      trace: this.trace,
      stableChunks: options.stableChunks ?? false,
      ...(options.link === undefined ? {} : { link: options.link }),
    });
    this.#invariants = options.invariants ?? DEFAULT_INVARIANTS;
    const peer = { ...DEFAULT_PEER_OPTIONS, ...options.tuning?.peer };
    this.limits = {
      maxQueuedBytes: peer.maxQueuedBytes + peer.maxFrameBytes,
      maxPendingRpcs: Math.max(peer.maxPendingInboundRpcs, peer.maxPendingOutboundRpcs),
    };
    this.time.observe(() => this.#onEvent());
    options.observer?.onWorld?.(this);
  }

  get nodes(): readonly SimulatedNode[] {
    return this.#nodes;
  }

  get nowMs(): number {
    return this.time.now();
  }

  /** The validator set as it was last published. */
  get validatorSet(): PeerSet {
    return this.#published;
  }

  /** A node that is neither started nor in the validator set. */
  addNode(options: SimulatedNodeOptions = {}): SimulatedNode {
    const index = this.#nodes.length;
    const name = `node-${index}`;
    const host = this.network.host(`10.${index >> 16}.${(index >> 8) & 255}.${(index & 255) + 1}`, name);
    const node = new SimulatedNode(this, name, host, options);
    this.#nodes.push(node);
    this.#byPeerId.set(node.peerId, node);
    this.#byHost.set(host, node);
    return node;
  }

  async addValidators(count: number, options?: SimulatedNodeOptions): Promise<SimulatedNode[]> {
    const added = Array.from({ length: count }, () => this.addNode(options));
    for (const node of added) this.#set.set(node.peerId, node.peer);
    this.publish();
    for (const node of added) await node.start();
    return added;
  }

  /** Puts the current keys and addresses of validators into a new validator set, and tells all nodes that run. */
  publish(validators?: readonly SimulatedNode[]): void {
    if (validators !== undefined) {
      this.#set.clear();
      for (const node of validators) this.#set.set(node.peerId, node.peer);
    }
    for (const peerId of this.#set.keys()) {
      const node = this.#byPeerId.get(peerId);
      if (node !== undefined) this.#set.set(peerId, node.peer);
    }
    this.#published = new Map(this.#set);
    this.trace.add(this.nowMs, 'note', 'validator set', `${this.#published.size} validators`);
    for (const node of this.#nodes) node.discover();
  }

  partition(
    group: readonly { readonly name: string }[],
    others: readonly { readonly name: string }[],
    { oneWay = false }: PartitionOptions = {},
  ): void {
    for (const from of group) {
      for (const to of others) {
        if (from === to) continue;
        const [a, b] = [this.#hostOf(from), this.#hostOf(to)];
        this.#cut(a, b);
        if (!oneWay) this.#cut(b, a);
      }
    }
    const names = (nodes: readonly { readonly name: string }[]) => nodes.map(({ name }) => name).join(' ');
    this.trace.add(this.nowMs, 'link', 'partition', `${names(group)} ${oneWay ? '>' : '|'} ${names(others)}`);
  }

  heal(): void {
    this.trace.add(this.nowMs, 'link', 'heal');
    for (const [from, to] of this.#cuts) this.network.link(from, to).blocked = false;
    this.#cuts.clear();
  }

  async run(duration: Duration): Promise<void> {
    await this.time.runFor(durationMs(duration));
  }

  async until(condition: () => boolean, { within, what }: UntilOptions = {}): Promise<void> {
    const withinMs = within === undefined ? Number.POSITIVE_INFINITY : durationMs(within);
    let looked = -1;
    let nextLookAt = 0;
    const done = () => {
      if (this.#changes === looked && this.nowMs < nextLookAt) return false;
      looked = this.#changes;
      nextLookAt = this.nowMs + CONDITION_INTERVAL_MS;
      return condition();
    };
    const outcome = await this.time.runUntil(done, { withinMs });
    if (outcome === 'done' || condition()) return;
    throw new SimulatorError(
      'ERR_SIMULATOR_CONDITION',
      `not true within ${within ?? 'all of time'}: ${what ?? String(condition)}`,
    );
  }

  settled<T>(promise: Promise<T>, { within }: UntilOptions = {}): Promise<T> {
    return this.time.settled(promise, within === undefined ? {} : { withinMs: durationMs(within) });
  }

  /** An error for a scenario to throw when something is not as it should be. */
  failure(message: string): SimulatorError {
    return new SimulatorError('ERR_SIMULATOR_CONDITION', message);
  }

  /** Calls `act` at regular intervals from now on. */
  every(interval: Duration, act: () => void): Timer {
    const ms = durationMs(interval);
    return startInterval(this.time, ms, act, { firstDelayMs: ms });
  }

  /**
   * Records the next connection that one host dials to another. The text form of the transcript leaves out the public
   * keys of all nodes and the PeerIds, by which one could tell who it was; private keys never are in it.
   */
  recordNext(dialer: SimulatedHost, listener: SimulatedHost): Transcript {
    const secrets = this.#nodes.flatMap(({ peerId, keyPair }) => [
      peerIdToBytes(peerId),
      publicKeyToBytes(keyPair.publicKey),
    ]);
    const transcript = new Transcript({ secrets });
    this.network.record(dialer, listener, transcript);
    return transcript;
  }

  note(text: string): void {
    this.trace.add(this.nowMs, 'note', text);
  }

  /** `promise`, which has to settle within `deadlineMs`: an invariant says so. */
  watch<T>(promise: Promise<T>, what: string, deadlineMs: number, node: SimulatedNode): Promise<T> {
    const { incarnation } = node.host;
    this.watchList.add(promise, {
      what,
      deadlineMs: this.nowMs + deadlineMs,
      excused: () => incarnation.state !== 'running',
    });
    return promise;
  }

  /** Checks the invariants now. @throws SimulatorError `ERR_SIMULATOR_INVARIANT` */
  check(): void {
    if (this.#violation !== undefined) throw this.#violation;
    for (const { name, check } of this.#invariants) {
      const violation = check(this);
      if (violation === undefined) continue;
      throw new SimulatorError('ERR_SIMULATOR_INVARIANT', `${name}: ${violation}`, { details: { name } });
    }
  }

  /** Heals everything and stops all nodes, each within its deadline. @throws SimulatorError `ERR_SIMULATOR_INVARIANT` */
  async stopAll(): Promise<void> {
    this.heal();
    for (const node of this.#nodes) if (node.state === 'paused') node.resume();
    const running = this.#nodes.filter(({ state }) => state === 'running');
    await this.settled(Promise.all(running.map((node) => node.stop())), { within: '60s' });
  }

  /** Name of a node, or the beginning of a PeerId that is none. */
  nameOf(peerId: PeerId): string {
    return this.#byPeerId.get(peerId)?.name ?? shortPeerId(peerId);
  }

  isNode(host: SimulatedHost): boolean {
    return this.#byHost.has(host);
  }

  /** For nodes. */
  onNodeChanged(node: SimulatedNode): void {
    this.#changes++;
    this.trace.add(this.nowMs, 'node', node.name, node.state);
  }

  /** For nodes: a connection came, changed or went; events have to fit what came before (behaviour 9.4). */
  onConnectionEvent(node: SimulatedNode, event: ConnectionEvent, known: boolean): void {
    this.#changes++;
    if (known === (event.type !== 'new-peer')) return;
    const { remotePeerId } = event.metadata;
    this.#violation ??= new SimulatorError(
      'ERR_SIMULATOR_INVARIANT',
      `${node.name} got ${event.type} of ${this.nameOf(remotePeerId)}, which ${known ? 'was' : 'was not'} connected`,
    );
  }

  #cut(from: SimulatedHost, to: SimulatedHost): void {
    this.network.link(from, to).blocked = true;
    this.#cuts.add([from, to]);
  }

  #hostOf({ name }: { readonly name: string }): SimulatedHost {
    const host = this.#nodes.find((node) => node.name === name)?.host ?? this.#hostNamed(name);
    if (host !== undefined) return host;
    throw new SimulatorError('ERR_SIMULATOR_UNKNOWN_NODE', `there is no ${name} in this world`);
  }

  #hostNamed(name: string): SimulatedHost | undefined {
    for (const host of this.network.hosts()) if (host.name === name) return host;
    return undefined;
  }

  #onEvent(): void {
    this.options.observer?.onEvent?.();
    const every = this.options.checkEvery ?? checkInterval(this.#nodes.length);
    if (this.#violation === undefined && ++this.#sinceCheck < every) return;
    this.#sinceCheck = 0;
    this.check();
  }
}

/** So that checks cost less than what they check. */
function checkInterval(nodes: number): number {
  return nodes > 10 ? 2 * nodes * nodes : Math.max(1, (nodes * nodes) >> 2);
}

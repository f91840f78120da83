import type { PeerId } from '@diemnet/types';
import type { Duration } from '../duration.js';

/** Where a node is in its life. */
export type NodeState = 'new' | 'running' | 'paused' | 'stopped' | 'crashed';

/** What is left of a node when it comes back: its key, or nothing but its place in the validator set. */
export type RestartState = 'kept' | 'lost';

/** A node, as far as a scenario has to know it: simulated, or a process. */
export interface TestbedNode {
  readonly name: string;
  readonly peerId: PeerId;
  readonly state: NodeState;
  /** Peers that it is connected to. */
  readonly connectedPeers: ReadonlySet<PeerId>;
  /** Messages that its application has received. */
  readonly receivedMessages: number;
  start(): Promise<void>;
  /** Stops in order; resolves when nothing is left. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** Ends the process at once. `power`: the machine goes too, and tells nobody. */
  crash(options?: { readonly power?: boolean }): void;
  /** As SIGSTOP and SIGCONT. */
  pause(): void;
  resume(): void;
  /** After a crash or stop. */
  restart(options?: { readonly state?: RestartState }): Promise<void>;
  /** Queues a message for another node; false if it was not accepted. */
  send(to: TestbedNode, payload: Uint8Array): boolean;
  /** Asks another node, which answers with what it was sent. */
  rpc(to: TestbedNode, payload: Uint8Array, options?: { readonly timeoutMs?: number }): Promise<Uint8Array>;
}

/** How two groups of nodes are cut off from each other. */
export interface PartitionOptions {
  /** Only what the first group sends is lost. @default false */
  readonly oneWay?: boolean;
}

/** Something to wait for. */
export interface UntilOptions {
  /** @default no limit */
  readonly within?: Duration;
  /** For the message when it does not come true. @default the text of the condition */
  readonly what?: string;
}

/**
 * What a scenario acts on. Small on purpose: a scenario that uses nothing else can run against real processes, given
 * an adapter that starts and kills them and a proxy between them.
 */
export interface Testbed {
  readonly nodes: readonly TestbedNode[];
  /** Since the start, in milliseconds. */
  readonly nowMs: number;
  /** Starts validators that know each other, and those that are there already. */
  addValidators(count: number): Promise<readonly TestbedNode[]>;
  /** Cuts groups off from each other until {@link heal}. */
  partition(group: readonly TestbedNode[], others: readonly TestbedNode[], options?: PartitionOptions): void;
  /** Ends all partitions. */
  heal(): void;
  /** Lets time pass. */
  run(duration: Duration): Promise<void>;
  /** Lets time pass until the condition is true. @throws SimulatorError `ERR_SIMULATOR_CONDITION` */
  until(condition: () => boolean, options?: UntilOptions): Promise<void>;
  /** Lets time pass until `promise` has settled. @throws what it rejects with; SimulatorError `ERR_SIMULATOR_CONDITION` */
  settled<T>(promise: Promise<T>, options?: UntilOptions): Promise<T>;
  /** Leaves a note in the trace. */
  note(text: string): void;
}

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withTimeout, sleep, networkLabel, type TimeService } from '@diemnet/types';
import { stringify } from 'yaml';
import { CommandFailedError, UsageError } from '../exit.js';
import { ConnectionTable } from './connection-table.js';
import {
  createLayout,
  createValidator,
  endpointOn,
  expectedConnections,
  nodeConfigOf,
  withKey,
  type LayoutSources,
  type TestnetNode,
} from './layout.js';
import { NodeProcess, type NodeEvent } from './node-process.js';
import { buildReport, type TestnetReport } from './report.js';
import { VALIDATOR_SET_FILE, encodeTestnetValidatorSet } from './validator-set.js';

export interface TestnetOptions {
  readonly directory: string;
  readonly counts: { readonly validators: number; readonly vfns: number; readonly pfns: number };
  /** The program and arguments that run `diemnet`. */
  readonly command: readonly [string, ...string[]];
  readonly time: TimeService;
  readonly sources: LayoutSources;
  /** How often nodes look at the validator set and at their connections, in milliseconds. @default 1000 */
  readonly intervalMs?: number;
  /** Told about the nodes that can be inspected; without it none of them serves anything. */
  readonly inspection?: TestnetInspection | undefined;
  /** Told about every change worth a line. */
  onNotice(line: string): void;
}

/** Who looks at the nodes of a testnet. */
export interface TestnetInspection {
  /** A node's process has started and serves its administrative interface there. */
  onNode(name: string, url: string): void;
  /** A node has left for good. */
  onGone(name: string): void;
}

/** How long a node may take to stop before it is killed, and to finish the requests under way. */
const STOP_DEADLINE_MS = 10_000;
const DRAIN_DEADLINE_MS = 10_000;
/** How long a node may take to read its configuration anew. */
const ROTATION_DEADLINE_MS = 10_000;

/** A local network: every node a process of its own, over TCP on the loopback interface. */
export class Testnet {
  readonly table = new ConnectionTable((network, peerId) => this.#nameOf(network, peerId));
  readonly #options: TestnetOptions;
  readonly #intervalMs: number;
  readonly #processes = new Map<string, NodeProcess>();
  /** Commands to nodes that have not been answered yet, by `<node> <event>`. */
  readonly #awaited = new Map<string, () => void>();
  #nodes: TestnetNode[] = [];
  /** A validator that is out of the set while its process still runs. */
  #leaving: TestnetNode | undefined;
  #created = 0;
  #publications = 0n;
  #stopping = false;

  constructor(options: TestnetOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs ?? 1000;
  }

  get nodes(): readonly TestnetNode[] {
    return this.#nodes;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /** The process of a node, for tests that do it harm. */
  process(name: string): NodeProcess | undefined {
    return this.#processes.get(name);
  }

  /** Makes keys and configurations and starts every node. Resolves when all of them listen. */
  async start(): Promise<void> {
    const { counts, sources, directory } = this.#options;
    await mkdir(directory, { recursive: true });
    this.#nodes = await createLayout(counts, sources);
    this.#created = counts.validators;
    await this.#writeValidatorSet();
    for (const node of this.#nodes) await this.#writeConfig(node);
    await Promise.all(this.#nodes.map((node) => this.startNode(node.name)));
  }

  /** Starts the process of a node and waits until it listens. */
  async startNode(name: string): Promise<void> {
    const node = this.#node(name);
    if (this.#processes.get(name)?.running === true) throw new UsageError(`${name} is running already`);
    const listening = this.#await(name, 'ready');
    const child = new NodeProcess({
      name,
      configFile: this.#configFile(node),
      command: this.#options.command,
      ...(this.#options.inspection === undefined ? {} : { extraArguments: ['--admin', '127.0.0.1:0'] }),
      onEvent: (event) => this.#onEvent(name, event),
      onExit: ({ code, signal }) => {
        this.table.nodeGone(name);
        if (!this.#stopping && code !== 0) {
          const why = signal ?? `exit code ${code}`;
          const last = child.stderr.at(-1);
          this.#options.onNotice(`${name} ended (${why})${last === undefined ? '' : `: ${last}`}`);
        }
      },
    });
    this.#processes.set(name, child);
    await Promise.race([
      listening,
      child.exited.then(({ code, signal }) => {
        throw new CommandFailedError(
          `${name} could not start (${signal ?? `exit code ${code}`}): ${child.stderr.join(' ') || 'no message'}`,
        );
      }),
    ]);
  }

  /** Stops the process of a node, with force if it does not follow. */
  async stopNode(name: string): Promise<void> {
    const child = this.#processes.get(name);
    if (child === undefined || !child.running) return;
    child.kill('SIGTERM');
    await withTimeout(this.#options.time, STOP_DEADLINE_MS, () => child.exited).catch(async () => {
      this.#options.onNotice(`${name} did not stop within ${STOP_DEADLINE_MS / 1000} s and is killed`);
      child.kill('SIGKILL');
      await child.exited;
    });
  }

  /** Resolves when every expected connection stands, or rejects after `timeoutMs`. */
  async settled(timeoutMs: number): Promise<void> {
    await withTimeout(this.#options.time, timeoutMs, async (signal) => {
      while (!expectedConnections(this.#nodes).every((connection) => this.table.stands(connection))) {
        await sleep(this.#options.time, 50, { signal });
      }
    });
  }

  /** Gives a running validator a new key: it answers under both, and the others follow the validator set. */
  async rotateKey(name: string): Promise<void> {
    const node = this.#validator(name);
    const keyPair = this.#options.sources.generateKeyPair();
    const endpoints = node.endpoints.map((endpoint) =>
      endpoint.network.kind === 'validator' ? withKey(endpoint, keyPair) : endpoint,
    );
    const rotated = { ...node, endpoints };
    await this.#writeConfig(rotated);
    const told = this.#await(name, 'key-rotated');
    this.#processes.get(name)?.kill('SIGHUP');
    await withTimeout(this.#options.time, ROTATION_DEADLINE_MS, () => told).catch(async (cause: unknown) => {
      await this.#writeConfig(node);
      throw new CommandFailedError(`${name} did not take its new key`, { cause });
    });
    // Not earlier: until the node answers under the new key, nobody should look for it there.
    this.#nodes = this.#nodes.map((other) => (other === node ? rotated : other));
    await this.#writeValidatorSet();
    this.#options.onNotice(`${name} has a new key`);
  }

  /** Takes a validator out of the validator set; its process stops once the others have let go of it. */
  async removeValidator(name: string): Promise<void> {
    const node = this.#validator(name);
    if (this.#nodes.filter((other) => other.role === 'validator').length === 1) {
      throw new UsageError(`${name} is the last validator`);
    }
    await this.#quiesce(name);
    this.#nodes = this.#nodes.filter((other) => other !== node);
    this.#leaving = node;
    await this.#writeValidatorSet();
    const others = this.#nodes.filter((other) => other.role === 'validator');
    await withTimeout(this.#options.time, DRAIN_DEADLINE_MS, async (signal) => {
      const network = networkLabel({ kind: 'validator' });
      while (others.some((other) => this.table.end(other.name, name, network)?.connected === true)) {
        await sleep(this.#options.time, 50, { signal });
      }
    }).catch(() => this.#options.onNotice(`some validators still hold on to ${name}`));
    await this.stopNode(name);
    this.#processes.delete(name);
    this.#leaving = undefined;
    this.table.forget(name);
    this.#options.inspection?.onGone(name);
    this.#options.onNotice(`${name} left the validator set`);
  }

  /** Adds a validator to the validator set and starts it. Returns its name. */
  async addValidator(): Promise<string> {
    const node = await createValidator(`validator-${this.#created++}`, this.#options.sources);
    this.#nodes = [...this.#nodes, node];
    await this.#writeConfig(node);
    await this.#writeValidatorSet();
    await this.startNode(node.name);
    this.#options.onNotice(`${node.name} joined the validator set`);
    return node.name;
  }

  /** Lets the nodes finish the requests under way and report, then judges the network. */
  async report(): Promise<TestnetReport> {
    const running = [...this.#processes.values()].filter((child) => child.running);
    await Promise.all(running.map((child) => this.#ask(child.name, 'drain', 'drained')));
    return buildReport(this.#nodes, this.table, (name) => this.#processes.get(name)?.running === true);
  }

  /** Stops every node. May be called twice and at any time. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#processes.keys()].map((name) => this.stopNode(name)));
  }

  #onEvent(name: string, event: NodeEvent): void {
    if (event.event === 'admin') this.#options.inspection?.onNode(name, String(event['url']));
    this.#awaited.get(`${name} ${event.event}`)?.();
    const line = this.table.apply(name, event);
    if (line !== undefined && !this.#stopping) this.#options.onNotice(line);
  }

  /** Stops the demo traffic between `name` and everyone else, so that its restart fails no request. */
  async #quiesce(name: string): Promise<void> {
    const peers = this.#node(name).endpoints.map((endpoint) => endpoint.peerId);
    const others = [...this.#processes.values()].filter((child) => child.running && child.name !== name);
    await Promise.all([
      this.#ask(name, 'drain', 'drained'),
      ...others.map((child) => this.#ask(child.name, `pause ${peers.join(' ')}`, 'paused')),
    ]);
  }

  async #ask(name: string, command: string, answer: string): Promise<void> {
    const child = this.#processes.get(name);
    if (child === undefined || !child.running) return;
    const answered = this.#await(name, answer);
    child.command(command);
    await withTimeout(this.#options.time, DRAIN_DEADLINE_MS, () =>
      Promise.race([answered, child.exited]),
    ).catch(() => this.#options.onNotice(`${name} did not answer "${command.split(' ')[0]}" in time`));
  }

  #await(name: string, event: string): Promise<void> {
    return new Promise((resolve) => this.#awaited.set(`${name} ${event}`, resolve));
  }

  #configFile(node: TestnetNode): string {
    return path.join(this.#options.directory, node.name, 'node.yaml');
  }

  async #writeConfig(node: TestnetNode): Promise<void> {
    const file = this.#configFile(node);
    await mkdir(path.dirname(file), { recursive: true });
    const config = nodeConfigOf(node, this.#nodes, {
      validatorSetFile: path.join(this.#options.directory, VALIDATOR_SET_FILE),
      connectivityCheckIntervalMs: this.#intervalMs,
      pollIntervalMs: this.#intervalMs,
    });
    // The file holds private keys.
    await writeFile(file, stringify(config), { mode: 0o600 });
  }

  async #writeValidatorSet(): Promise<void> {
    const file = path.join(this.#options.directory, VALIDATOR_SET_FILE);
    await writeFile(file, encodeTestnetValidatorSet(this.#nodes, this.#publications++));
  }

  #nameOf(network: string, peerId: string): string | undefined {
    const nodes = this.#leaving === undefined ? this.#nodes : [...this.#nodes, this.#leaving];
    return nodes.find((node) =>
      node.endpoints.some(
        (endpoint) => endpoint.peerId === peerId && networkLabel(endpoint.network) === network,
      ),
    )?.name;
  }

  #node(name: string): TestnetNode {
    const node = this.#nodes.find((other) => other.name === name);
    if (node === undefined) throw new UsageError(`there is no node "${name}" in this testnet`);
    return node;
  }

  #validator(name: string): TestnetNode {
    const node = this.#node(name);
    if (node.role !== 'validator' || endpointOn(node, { kind: 'validator' }) === undefined) {
      throw new UsageError(`${name} is not a validator`);
    }
    return node;
  }
}

import { completeKeys } from '@diemnet/network-address';
import {
  bytesEqual,
  displayPeerId,
  networkContextFields,
  noMetrics,
  silentLogger,
  startInterval,
  systemTime,
  withTimeout,
  type Logger,
  type Metrics,
  type NetworkContext,
  type PeerSet,
  type TimeService,
  type Timer,
} from '@diemnet/types';
import type { DiscoveredPeersReceiver } from './discovery-source.js';
import { DiscoveryError } from './errors.js';
import { nodeFileSystem, type FileSystem } from './file-system.js';
import { discoveryMetrics } from './metrics.js';
import { resolveFileDiscoveryOptions, type FileDiscoveryOptions } from './options.js';
import { PeerSetPublisher } from './peer-set-publisher.js';
import { parsePeerSetYaml } from './peer-set-yaml.js';

const SOURCE = 'File';

/** What {@link FileDiscovery} works with. */
export interface FileDiscoveryComponents {
  readonly connectivityManager: DiscoveredPeersReceiver;
  readonly context: NetworkContext;
  /** @default nodeFileSystem */
  readonly fileSystem?: FileSystem;
  /** @default systemTime */
  readonly time?: TimeService;
  /** @default silentLogger */
  readonly logger?: Logger;
  /** @default noMetrics */
  readonly metrics?: Metrics;
}

/**
 * Reads peers from a YAML file: at once, at every interval, and soon after the file changed (DiemNet behaviour,
 * section 13).
 * A file that is missing or malformed leaves the last set in force.
 */
export class FileDiscovery {
  readonly #options: Required<FileDiscoveryOptions>;
  readonly #fileSystem: FileSystem;
  readonly #time: TimeService;
  readonly #logger: Logger;
  readonly #publisher: PeerSetPublisher;
  readonly #stopping = new AbortController();
  #state: 'new' | 'running' | 'stopped' = 'new';
  /** The content that was last understood. */
  #accepted: Uint8Array | undefined;
  #reading: Promise<void> | undefined;
  /** The file changed while it was read. */
  #changedMeanwhile = false;
  #interval: Timer | undefined;
  #debounce: Timer | undefined;
  #watcher: { close(): void } | undefined;

  /** @throws DiscoveryError `ERR_INVALID_DISCOVERY_OPTIONS` */
  constructor(components: FileDiscoveryComponents, options: FileDiscoveryOptions) {
    const { context, time = systemTime, logger = silentLogger, metrics = noMetrics } = components;
    this.#options = resolveFileDiscoveryOptions(options);
    this.#fileSystem = components.fileSystem ?? nodeFileSystem;
    this.#time = time;
    this.#logger = logger.child({
      network_context: networkContextFields(context),
      discovery_source: SOURCE,
    });
    this.#publisher = new PeerSetPublisher(
      {
        receiver: components.connectivityManager,
        time,
        logger: this.#logger,
        sendFailures: discoveryMetrics(metrics, context).sendFailures,
      },
      { source: SOURCE, retryDelayMs: this.#options.retryDelayMs },
    );
  }

  /** Begins to read. May be called twice. @throws DiscoveryError `ERR_DISCOVERY_STOPPED` */
  start(): void {
    if (this.#state === 'running') return;
    if (this.#state === 'stopped')
      throw new DiscoveryError('ERR_DISCOVERY_STOPPED', 'file discovery was stopped');
    this.#state = 'running';
    const { path, intervalMs } = this.#options;
    this.#logger.info({ path }, 'file discovery started');
    const tick = () => {
      this.#watch();
      this.#read();
    };
    tick();
    this.#interval = startInterval(this.#time, intervalMs, tick, { firstDelayMs: intervalMs });
  }

  /** Ends it, timers and the watcher included. May be called twice. What was discovered stays in force. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#stopping.abort();
    this.#interval?.cancel();
    this.#debounce?.cancel();
    this.#unwatch();
    this.#publisher.stop();
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Watches, unless that is under way. A watcher that failed comes back at the next interval. */
  #watch(): void {
    if (!this.#options.watch || this.#watcher !== undefined) return;
    try {
      this.#watcher = this.#fileSystem.watch(this.#options.path, {
        onChange: () => this.#onChange(),
        onError: (error) => {
          this.#unwatch();
          this.#logger.debug({ error: String(error) }, 'file is not watched, only read at the interval');
        },
      });
    } catch (error) {
      this.#logger.debug({ error: String(error) }, 'file is not watched, only read at the interval');
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Waits for the first notice's debounce, not for silence: a busy folder must not hold the reading off for ever. */
  #onChange(): void {
    if (this.#state !== 'running' || this.#debounce !== undefined) return;
    this.#debounce = this.#time.schedule(this.#options.debounceMs, () => {
      this.#debounce = undefined;
      if (this.#reading === undefined) this.#read();
      else this.#changedMeanwhile = true;
    });
  }

  #read(): void {
    if (this.#state !== 'running') return;
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined;
      if (!this.#changedMeanwhile) return;
      this.#changedMeanwhile = false;
      this.#read();
    });
  }

  async #readOnce(): Promise<void> {
    const { path, maxBytes, readTimeoutMs } = this.#options;
    try {
      const content = await withTimeout(
        this.#time,
        readTimeoutMs,
        (signal) => this.#fileSystem.readFile(path, { signal, maxBytes }),
        { signal: this.#stopping.signal },
      );
      if (this.#state !== 'running') return;
      if (this.#accepted !== undefined && bytesEqual(this.#accepted, content)) return;
      const peers = completeKeys(parsePeerSetYaml(decodeUtf8(content)));
      this.#accepted = content;
      this.#warnOfPeersWithoutKeys(peers);
      this.#publisher.publish(peers);
    } catch (error) {
      if (this.#state !== 'running') return;
      // What is in force was read before this: the same content must be looked at again if it comes back.
      this.#accepted = undefined;
      this.#logger.warn({ path, error: String(error) }, 'discovery update failed, the last peer set stays');
    }
  }

  #warnOfPeersWithoutKeys(peers: PeerSet): void {
    const without = [...peers]
      .filter(([, { keys }]) => keys.size === 0)
      .map(([peerId]) => displayPeerId(peerId));
    if (without.length === 0) return;
    this.#logger.warn(
      { path: this.#options.path, peers: without },
      'peers without a key, listed or in an address: they cannot be connected to',
    );
  }
}

function decodeUtf8(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new DiscoveryError('ERR_INVALID_PEER_SET_FILE', 'the file is not UTF-8', { cause: error });
  }
}

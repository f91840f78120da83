import type { AddressKeys } from '@diemnet/network-address';
import {
  networkContextFields,
  noMetrics,
  silentLogger,
  systemTime,
  withTimeout,
  type Logger,
  type Metrics,
  type NetworkContext,
  type Peer,
  type PeerId,
  type PeerRole,
  type PeerSet,
  type TimeService,
  type Timer,
  type WaitOptions,
  type X25519PublicKey,
} from '@diemnet/types';
import type { DiscoveredPeersReceiver } from './discovery-source.js';
import { DiscoveryError } from './errors.js';
import { LastGoodAddresses } from './last-good-addresses.js';
import { discoveryMetrics, type DiscoveryMetrics } from './metrics.js';
import { resolveOnChainDiscoveryOptions, type OnChainDiscoveryOptions } from './options.js';
import { PeerSetPublisher } from './peer-set-publisher.js';
import { readValidator, validatorPeer, type ValidatorReading } from './validator-reader.js';
import { decodeValidatorSet, type ValidatorSet } from './validator-set.js';

const SOURCE = 'OnChainValidatorSet';

/** What {@link OnChainDiscovery} works with. */
export interface OnChainDiscoveryComponents {
  readonly connectivityManager: DiscoveredPeersReceiver;
  /** Which network, and who we are on it. */
  readonly context: NetworkContext;
  /** Our own key, to notice when the chain lists another one. */
  readonly publicKey: X25519PublicKey;
  /** All keys that we answer under, where that changes while we run. @default that key alone */
  readonly publicKeys?: () => readonly X25519PublicKey[];
  /** Payloads of reconfigurations, each BCS of a ValidatorSet. Taken as they come; only the latest counts. */
  readonly reconfigurations: AsyncIterable<Uint8Array>;
  /** Needed on the validator network: a NetworkAddressEncryptor. */
  readonly encryptor?: { keys(options?: WaitOptions): Promise<AddressKeys> };
  /** @default systemTime */
  readonly time?: TimeService;
  /** @default silentLogger */
  readonly logger?: Logger;
  /** @default noMetrics */
  readonly metrics?: Metrics;
}

/**
 * Turns the validator sets of reconfigurations into peers: validators on their own network, their full nodes on
 * every other (DiemNet behaviour, section 13). Whatever cannot be read leaves the last state as it is.
 */
export class OnChainDiscovery {
  readonly #components: OnChainDiscoveryComponents;
  readonly #options: Required<OnChainDiscoveryOptions>;
  readonly #role: PeerRole;
  readonly #time: TimeService;
  readonly #logger: Logger;
  readonly #metrics: DiscoveryMetrics;
  readonly #publisher: PeerSetPublisher;
  readonly #lastGood: LastGoodAddresses;
  readonly #stopping = new AbortController();
  #state: 'new' | 'running' | 'stopped' = 'new';
  #iterator: AsyncIterator<Uint8Array> | undefined;
  /** The latest payload that was not processed yet. */
  #pending: Uint8Array | undefined;
  #processing: Promise<void> | undefined;
  #readings: ReadonlyMap<PeerId, ValidatorReading> = new Map();
  #retry: Timer | undefined;
  #expiry: Timer | undefined;

  /** @throws DiscoveryError `ERR_INVALID_DISCOVERY_OPTIONS`, also without an encryptor on the validator network */
  constructor(components: OnChainDiscoveryComponents, options: OnChainDiscoveryOptions = {}) {
    const { context, time = systemTime, logger = silentLogger, metrics = noMetrics } = components;
    const isValidatorNetwork = context.networkId.kind === 'validator';
    if (isValidatorNetwork && components.encryptor === undefined) {
      throw new DiscoveryError(
        'ERR_INVALID_DISCOVERY_OPTIONS',
        'on-chain discovery needs an encryptor on the validator network',
      );
    }
    this.#components = components;
    this.#options = resolveOnChainDiscoveryOptions(options);
    this.#role = isValidatorNetwork ? 'Validator' : 'ValidatorFullNode';
    this.#time = time;
    this.#logger = logger.child({
      network_context: networkContextFields(context),
      discovery_source: SOURCE,
    });
    this.#metrics = discoveryMetrics(metrics, context);
    this.#lastGood = new LastGoodAddresses(this.#options.graceMs);
    this.#publisher = new PeerSetPublisher(
      {
        receiver: components.connectivityManager,
        time,
        logger: this.#logger,
        sendFailures: this.#metrics.sendFailures,
      },
      { source: SOURCE, retryDelayMs: this.#options.retryDelayMs },
    );
  }

  /** Begins to take reconfigurations. May be called twice. @throws DiscoveryError `ERR_DISCOVERY_STOPPED` */
  start(): void {
    if (this.#state === 'running') return;
    if (this.#state === 'stopped') {
      throw new DiscoveryError('ERR_DISCOVERY_STOPPED', 'on-chain discovery was stopped');
    }
    this.#state = 'running';
    this.#logger.info({}, 'on-chain discovery started');
    void this.#listen();
  }

  /** Ends it, timers and the source included. May be called twice. What was discovered stays in force. */
  async stop(): Promise<void> {
    if (this.#state !== 'stopped') {
      this.#state = 'stopped';
      this.#stopping.abort();
      this.#pending = undefined;
      this.#retry?.cancel();
      this.#expiry?.cancel();
      this.#publisher.stop();
      // Not awaited: a generator that waits for its next value would keep us waiting as long.
      void this.#leaveSource();
    }
    await this.#processing;
  }

  /** Compares the chain with our keys anew. */
  ownKeysChanged(): void {
    if (this.#state === 'running' && this.#readings.size > 0) this.#publish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #listen(): Promise<void> {
    try {
      this.#iterator = this.#components.reconfigurations[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await this.#iterator.next();
        if (this.#state !== 'running') return;
        if (done) break;
        if (ArrayBuffer.isView(value)) this.#offer(value);
        else this.#logger.error({}, 'reconfiguration without a validator set, the last state stays');
      }
      this.#logger.warn({}, 'on-chain discovery terminated: there are no more reconfigurations');
    } catch (error) {
      if (this.#state === 'running') {
        this.#logger.warn({ error: String(error) }, 'on-chain discovery terminated: its source failed');
      }
    }
  }

  async #leaveSource(): Promise<void> {
    try {
      await this.#iterator?.return?.();
    } catch (error) {
      this.#logger.debug({ error: String(error) }, 'the source of reconfigurations failed when it was left');
    }
  }

  /** A payload arrived: it replaces one that nobody has looked at yet. */
  #offer(payload: Uint8Array): void {
    this.#pending = payload;
    this.#processing ??= this.#processAll();
  }

  async #processAll(): Promise<void> {
    for (let payload = this.#pending; payload !== undefined; payload = this.#pending) {
      this.#pending = undefined;
      try {
        await this.#process(payload);
      } catch (error) {
        this.#logger.error({ error: String(error) }, 'reconfiguration not processed, the last state stays');
      }
    }
    // In the same turn as the last look at #pending: what is offered from here on starts anew.
    this.#processing = undefined;
  }

  async #process(payload: Uint8Array): Promise<void> {
    const startedAt = this.#time.now();
    const set = decodeValidatorSet(payload);
    this.#retry?.cancel();
    let keys: AddressKeys | undefined;
    try {
      keys = await this.#sharedKeys();
    } catch (error) {
      if (this.#state !== 'running') return;
      this.#retry = this.#time.schedule(this.#options.retryDelayMs, () => {
        if (this.#pending === undefined) this.#offer(payload);
      });
      throw error;
    }
    if (this.#state !== 'running') return;
    this.#read(set, keys);
    this.#publish();
    this.#metrics.busySeconds.observe((this.#time.now() - startedAt) / 1000);
  }

  /** The keys to decrypt with, read once for the whole set; undefined where addresses are not encrypted. */
  async #sharedKeys(): Promise<AddressKeys | undefined> {
    const { encryptor } = this.#components;
    if (this.#role !== 'Validator' || encryptor === undefined) return undefined;
    const { keyStoreTimeoutMs } = this.#options;
    return withTimeout(this.#time, keyStoreTimeoutMs, (signal) => encryptor.keys({ signal }), {
      signal: this.#stopping.signal,
    });
  }

  #read({ validators }: ValidatorSet, keys: AddressKeys | undefined): void {
    const components = { logger: this.#logger, readFailures: this.#metrics.readFailures };
    const readings = new Map<PeerId, ValidatorReading>();
    for (const validator of validators) {
      const reading = readValidator(validator, keys, components);
      readings.set(validator.account, reading);
      if (!reading.unreadable) this.#lastGood.remember(validator.account, reading.addresses);
    }
    this.#lastGood.retainOnly(readings);
    this.#readings = readings;
    this.#metrics.newNodes.inc(readings.size);
  }

  /** Makes peers of the latest set; once more whenever a grace period ends. */
  #publish(): void {
    const now = this.#time.now();
    const peers = new Map<PeerId, Peer>();
    for (const [account, { addresses, unreadable }] of this.#readings) {
      const known = unreadable ? this.#lastGood.recall(account, now) : addresses;
      peers.set(account, validatorPeer(known, this.#role));
    }
    this.#expiry?.cancel();
    const { nextExpiry } = this.#lastGood;
    if (Number.isFinite(nextExpiry)) {
      this.#expiry = this.#time.schedule(nextExpiry - now, () => this.#publish());
    }
    this.#checkOwnKey(peers);
    this.#publisher.publish(peers);
  }

  #checkOwnKey(peers: PeerSet): void {
    const { context, publicKey, publicKeys = () => [publicKey] } = this.#components;
    const listed = peers.get(context.peerId);
    const mismatch = listed !== undefined && !publicKeys().some((key) => listed.keys.has(key));
    this.#metrics.keyMismatch.set(mismatch ? 1 : 0);
    if (mismatch) {
      this.#logger.error(
        { listed_keys: listed.keys.size },
        'the chain lists this node without its own network key: others will not connect to it',
      );
    }
  }
}

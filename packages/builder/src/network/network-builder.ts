import type { ConnectivityManager } from '@diemnet/connectivity-manager';
import type { HealthChecker } from '@diemnet/health-checker';
import {
  defineApplication,
  registerApplication,
  type ApplicationDefinition,
  type RegisteredApplication,
} from '@diemnet/network';
import type { PeerManager } from '@diemnet/peer-manager';
import type { UpgradeObserver } from '@diemnet/transport';
import {
  displayNetworkContext,
  networkContextFields,
  type NetworkAddress,
  type NetworkContext,
  type TrustedPeersView,
  type X25519KeyPair,
  type X25519PublicKey,
} from '@diemnet/types';
import type { NetworkConfig } from '../config/network-config.js';
import { BuilderError } from '../errors.js';
import { assembleNetwork, type NetworkParts } from './assemble-network.js';
import { DEFAULT_KEY_OVERLAP_MS, IdentityRotation, type RotateIdentityOptions } from './identity-rotation.js';
import { resolveSurroundings, type NetworkBuilderOptions, type ResolvedSurroundings } from './options.js';

/** Where a network is in its life. Each step is taken once, in this order; `stopped` can follow any. */
export type NetworkState = 'created' | 'built' | 'started' | 'stopped';

/** How a network is stopped. */
export interface StopOptions {
  /** How long connections may go on sending what they have accepted. @default PeerManager's own, 5000 */
  readonly graceMs?: number | undefined;
}

/**
 * One network of a node, from its configuration to its end (behaviour 15):
 *
 *   create -> created --build--> built --start--> started --stop--> stopped
 *               |  registerApplication
 *
 * @example
 * const network = await NetworkBuilder.create({ chainId, role: 'full_node', config });
 * const { sender, events } = network.registerApplication(definition);
 * await network.build();
 * network.start();
 */
export class NetworkBuilder {
  readonly config: NetworkConfig;
  readonly #parts: NetworkParts;
  readonly #surroundings: ResolvedSurroundings;
  #state: NetworkState = 'created';
  #stopping: Promise<void> | undefined;
  readonly #rotation: IdentityRotation;

  private constructor(parts: NetworkParts, surroundings: ResolvedSurroundings) {
    this.config = parts.config;
    this.#parts = parts;
    this.#surroundings = surroundings;
    const { noise, connectivityManager, context, discovery } = parts;
    const { time, logger } = surroundings;
    this.#rotation = new IdentityRotation({
      noise,
      connectivityManager,
      context,
      time,
      logger,
      onKeysChanged: () => discovery.forEach((listener) => listener.ownKeysChanged?.()),
    });
  }

  /**
   * Checks the configuration, finds out who we are, and creates all parts. Nothing runs and nothing is bound yet.
   * @throws ConfigError with everything that is wrong with the configuration; StorageError for an identity that
   * cannot be read; BuilderError `ERR_BUILDER_NO_RECONFIGURATIONS`
   */
  static async create(options: NetworkBuilderOptions): Promise<NetworkBuilder> {
    const surroundings = resolveSurroundings(options);
    return new NetworkBuilder(await assembleNetwork({ ...options, ...surroundings }), surroundings);
  }

  get state(): NetworkState {
    return this.#state;
  }

  /** Who we are on this network. */
  get context(): NetworkContext {
    return this.#parts.context;
  }

  /** The key that proves it: that of the last rotation. */
  get publicKey(): X25519PublicKey {
    return this.#parts.noise.identity.publicKey;
  }

  /**
   * Where we listen, with the real port, our key and the handshake version: what others dial.
   * @throws BuilderError `ERR_BUILDER_STATE` before it is bound
   */
  get listenAddress(): NetworkAddress {
    const address = this.#parts.peerManager.listenAddress;
    if (address === undefined) throw this.#wrongState('tell where it listens');
    return address;
  }

  get peerManager(): PeerManager {
    return this.#parts.peerManager;
  }

  get connectivityManager(): ConnectivityManager {
    return this.#parts.connectivityManager;
  }

  get healthChecker(): HealthChecker {
    return this.#parts.healthChecker;
  }

  /** The peers that are trusted at this moment. */
  get trustedPeers(): TrustedPeersView {
    return this.#parts.trustedPeers;
  }

  /** Tells `observer` of every upgrade that ends, inbound and outbound. Returns the way to stop that. */
  onUpgrade(observer: UpgradeObserver): () => void {
    return this.#parts.transport.onUpgrade(observer);
  }

  /**
   * Claims an application's protocols and gives it its two ends of the network.
   * @throws BuilderError `ERR_BUILDER_STATE` once the network is built; NetworkError `ERR_INVALID_APPLICATION`,
   * `ERR_PROTOCOL_CLASH`
   */
  registerApplication<T>(definition: ApplicationDefinition<T>): RegisteredApplication<T> {
    this.#require('created', 'register an application');
    const { time, logger, metrics } = this.#surroundings;
    const { peerManager, context } = this.#parts;
    const application = registerApplication(
      { registry: peerManager, peerManager, context, time, logger, metrics },
      defineApplication(definition),
    );
    this.#parts.applications.push(application.events);
    return application;
  }

  /**
   * Binds the listen address; from then on peers can connect, and {@link listenAddress} is known. A failure stops the
   * network.
   * @throws BuilderError `ERR_BUILDER_STATE`; PeerManagerError `ERR_LISTEN_FAILED`
   */
  async build(): Promise<NetworkAddress> {
    this.#require('created', 'be built');
    this.#state = 'built';
    try {
      const { peerManager, config } = this.#parts;
      await peerManager.start({ listenAddress: config.listen_address });
      return this.listenAddress;
    } catch (error) {
      await this.stop({ graceMs: 0 }).catch(() => undefined);
      throw error;
    }
  }

  /** Begins to dial, to check peers' health, and to discover peers. @throws BuilderError `ERR_BUILDER_STATE` */
  start(): void {
    this.#require('built', 'start');
    this.#state = 'started';
    const { connectivityManager, healthChecker, discovery } = this.#parts;
    connectivityManager.start();
    healthChecker.start();
    for (const listener of discovery) listener.start();
  }

  /**
   * Takes a new identity key without a break, under the same PeerId. From now on we dial with it and announce it; for
   * `overlapMs` the old key still answers peers that do not know the new one, then it is wiped. Connections that we
   * dialed are made anew as soon as their peers accept the new key, and the old ones stay until then; peers that
   * dialed us do the same when they learn of the new key, so publish it after this call. The pair is copied and may
   * be disposed of. Returns false, and does nothing, if that is our key already.
   * @throws BuilderError `ERR_BUILDER_STATE` unless built or started, `ERR_BUILDER_OVERLAP`; NoiseError
   * `ERR_NOISE_KEY_PAIR_MISMATCH`
   */
  rotateIdentity(
    keyPair: X25519KeyPair,
    { overlapMs = DEFAULT_KEY_OVERLAP_MS }: RotateIdentityOptions = {},
  ): boolean {
    if (this.#state !== 'started') this.#require('built', 'rotate its key');
    if (!(overlapMs >= 0 && Number.isFinite(overlapMs))) {
      throw new BuilderError(
        'ERR_BUILDER_OVERLAP',
        `overlapMs must be a time of at least 0, got ${overlapMs}`,
      );
    }
    return this.#rotation.rotate(keyPair, overlapMs);
  }

  /**
   * Ends everything and leaves nothing behind: no timer, no socket, no stream of events that waits (D-10). What
   * was accepted for sending still goes out, within `graceMs`. From any state, and as often as one likes.
   * @throws BuilderError `ERR_BUILDER_STOP`, with all that went wrong, once everything has come to its end
   */
  stop(options: StopOptions = {}): Promise<void> {
    this.#stopping ??= this.#stop(options);
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop({ graceMs }: StopOptions): Promise<void> {
    this.#state = 'stopped';
    const { peerManager, connectivityManager, healthChecker, discovery, applications } = this.#parts;
    this.#rotation.stop();
    // Who would dial again goes first. Whatever fails to stop does not keep the rest from it.
    const failures: unknown[] = [];
    const end = (part: { stop(): Promise<void> }) =>
      part.stop().catch((error: unknown) => void failures.push(error));
    await Promise.all(discovery.map(end));
    await end(connectivityManager);
    await end(healthChecker);
    await end({ stop: () => peerManager.stop(graceMs === undefined ? {} : { graceMs }) });
    for (const events of applications) events.close();
    const fields = { network_context: networkContextFields(this.context) };
    if (failures.length > 0) {
      throw new BuilderError(
        'ERR_BUILDER_STOP',
        `network ${displayNetworkContext(this.context)} did not stop in order`,
        {
          cause: new AggregateError(failures),
        },
      );
    }
    this.#surroundings.logger.info(fields, 'network stopped');
  }

  #require(state: NetworkState, action: string): void {
    if (this.#state !== state) throw this.#wrongState(action);
  }

  #wrongState(action: string): BuilderError {
    return new BuilderError(
      'ERR_BUILDER_STATE',
      `network ${displayNetworkContext(this.context)} cannot ${action}: it is ${this.#state}`,
      { details: { state: this.#state } },
    );
  }
}

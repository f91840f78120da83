import type { Transport as BaseTransport } from '@diemnet/netcore';
import {
  abortReason,
  noMetrics,
  silentLogger,
  systemTime,
  throwIfAborted,
  type Logger,
  type Metrics,
  type NetworkAddress,
  type NetworkContext,
  type PeerId,
  type Socket,
  type TimeService,
  type WaitOptions,
} from '@diemnet/types';
import { checkHandshakeVersion, parseAddressToDial, withUpgradeProtocols } from './address.js';
import type { Connection } from './connection.js';
import { TransportError } from './errors.js';
import { InboundListener, type ListenHandlers, type Listener } from './inbound-listener.js';
import { TransportMetrics } from './metrics.js';
import { resolveTransportOptions, type TransportOptions } from './options.js';
import { PendingUpgrades } from './pending-upgrades.js';
import { runUpgrade, type UpgradeSurroundings } from './run-upgrade.js';
import type { SecureUpgrader } from './secure-upgrader.js';
import { UpgradeAttempt } from './upgrade-attempt.js';
import { UpgradeLog } from './upgrade-log.js';
import { UpgradeObservers, type UpgradeObserver } from './upgrade-report.js';
import { UpgradeScope } from './upgrade-scope.js';
import { Upgrader, type HandshakeOptions, type ProxyProtocolOptions } from './upgrader.js';

/** What a {@link DiemNetTransport} is made of. */
export interface TransportComponents {
  /** TCP or memory. */
  readonly base: BaseTransport;
  readonly noise: SecureUpgrader;
  readonly handshake: HandshakeOptions;
  readonly context: NetworkContext;
  /** If given, every inbound connection must begin with a PROXY header. */
  readonly proxyProtocol?: ProxyProtocolOptions | undefined;
  readonly time?: TimeService | undefined;
  readonly metrics?: Metrics | undefined;
  readonly logger?: Logger | undefined;
}

/** How a dial may differ from the usual. */
export interface DialOptions extends WaitOptions {
  /** False: whatever handshake version the address names, as check-endpoint does. @default true */
  readonly checkVersion?: boolean;
  /** For the whole upgrade, connecting included. @default the transport's `upgradeTimeoutMs` */
  readonly timeoutMs?: number | undefined;
}

/**
 * A base transport with Noise and the version handshake on top: connections come out authenticated, encrypted and
 * negotiated (behaviour 5).
 *
 * @example
 * const transport = new DiemNetTransport({ base, noise, handshake: { chainId, networkId, protocols }, context });
 * const listener = await transport.listen(parseNetworkAddress('/ip4/0.0.0.0/tcp/6180'), { onConnection });
 * const connection = await transport.dial(peerId, address);
 */
export class DiemNetTransport {
  readonly #base: BaseTransport;
  readonly #noise: SecureUpgrader;
  readonly #time: TimeService;
  readonly #upgrader: Upgrader;
  readonly #pending: PendingUpgrades;
  readonly #surroundings: UpgradeSurroundings;
  readonly #log: UpgradeLog;
  readonly #observers = new UpgradeObservers();

  /** @throws TransportError `ERR_INVALID_OPTIONS` */
  constructor(components: TransportComponents, options: Partial<TransportOptions> = {}) {
    const { base, noise, handshake, context, proxyProtocol } = components;
    const { time = systemTime, metrics = noMetrics, logger = silentLogger } = components;
    const resolved = resolveTransportOptions(options);
    this.#base = base;
    this.#noise = noise;
    this.#time = time;
    this.#log = new UpgradeLog(logger, context, {
      time,
      failureIntervalMs: resolved.failureLogIntervalMs,
    });
    this.#upgrader = new Upgrader({ noise, handshake, proxyProtocol, options: resolved });
    this.#pending = new PendingUpgrades({
      total: resolved.maxPendingInboundUpgrades,
      perHost: resolved.maxPendingInboundUpgradesPerIp,
      perNetwork: resolved.maxPendingInboundUpgradesPerNetwork,
    });
    this.#surroundings = {
      time,
      metrics: new TransportMetrics(metrics, context),
      log: this.#log,
      observers: this.#observers,
      timeoutMs: resolved.upgradeTimeoutMs,
    };
  }

  /** Inbound upgrades under way. */
  get pendingInboundUpgrades(): number {
    return this.#pending.size;
  }

  /** Tells `observer` of every upgrade that ends, inbound and outbound. Returns the way to stop that. */
  onUpgrade(observer: UpgradeObserver): () => void {
    return this.#observers.add(observer);
  }

  /**
   * Listens on a base address: an IP with a TCP port (0: any free one), or memory. Several listeners share the
   * limits on pending upgrades.
   * @throws the base transport's error for an address that cannot be listened on or is taken
   */
  async listen(address: NetworkAddress, handlers: ListenHandlers): Promise<Listener> {
    const inbound = new InboundListener({
      upgrader: this.#upgrader,
      pending: this.#pending,
      surroundings: this.#surroundings,
      time: this.#time,
      log: this.#log,
      handlers,
    });
    const base = await this.#base.listen(address, {
      onConnection: ({ socket, remoteAddress }) => inbound.accept(socket, remoteAddress),
      onError: (error) => this.#log.acceptFailed(error),
    });
    const announced = () => withUpgradeProtocols(base.address, this.#noise.identity.publicKey);
    this.#log.listening(announced());
    return {
      // Our key may change.
      get address() {
        return announced();
      },
      close: () => inbound.close(base),
    };
  }

  /**
   * Connects to `address` and upgrades. The listener proves to hold the key in the address; that it is `peerId` is
   * what the caller says, since listeners never name themselves (D-40).
   * @throws at once, before any socket is opened: TransportError `ERR_INVALID_ADDRESS`,
   * `ERR_UNSUPPORTED_HANDSHAKE_VERSION`
   * @throws as a rejection: UpgradeError, or the reason of `signal`
   */
  dial(
    peerId: PeerId,
    address: NetworkAddress,
    { signal, timeoutMs = this.#surroundings.timeoutMs, checkVersion = true }: DialOptions = {},
  ): Promise<Connection> {
    const parts = parseAddressToDial(address);
    if (checkVersion) checkHandshakeVersion(address, parts.handshakeVersion);
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    const attempt = new UpgradeAttempt({
      origin: 'outbound',
      remoteAddress: address,
      remotePeerId: peerId,
      time: this.#time,
    });
    const scope = new UpgradeScope(this.#time);
    const dialing = this.#dialBase(address, parts.base, scope.signal);
    return runUpgrade(
      attempt,
      scope,
      { ...this.#surroundings, timeoutMs },
      async () => {
        const socket = await dialing;
        attempt.adopt(socket);
        throwIfAborted(scope.signal);
        return this.#upgrader.outbound(attempt, socket, { peerId, publicKey: parts.publicKey }, scope);
      },
      { signal },
    );
  }

  /** An address of another kind than the base transport serves is a mistake of shape too. */
  #dialBase(address: NetworkAddress, base: NetworkAddress, signal: AbortSignal): Promise<Socket> {
    try {
      return this.#base.dial(base, { signal });
    } catch (cause) {
      throw new TransportError('ERR_INVALID_ADDRESS', `this transport cannot dial ${address}`, {
        cause,
        details: { address },
      });
    }
  }
}

import {
  noMetrics,
  silentLogger,
  systemRng,
  systemTime,
  type Logger,
  type Metrics,
  type NetworkAddress,
  type NetworkContext,
  type PeerId,
  type Rng,
  type TimeService,
  type TrustedPeersView,
  type WaitOptions,
  type X25519KeyPair,
} from '@diemnet/types';
import type { AuthenticationMode } from './authentication.js';
import type { CryptoBackend } from './crypto/backend.js';
import { defaultBackend } from './crypto/default-backend.js';
import { NoiseError } from './errors.js';
import type { DhBudgetOptions } from './dh-budget.js';
import type { NoiseStreamOptions } from './options.js';

/** Who we are in Noise. */
export interface NoiseIdentity {
  readonly peerId: PeerId;
  readonly keyPair: X25519KeyPair;
}

/** What a `NoiseUpgrader` needs and may be told. */
export interface NoiseUpgraderOptions {
  readonly identity: NoiseIdentity;
  /** `mutual` exactly where the configuration says `mutual_authentication: true`. */
  readonly mode: AuthenticationMode;
  /** Read at the moment of each handshake, never copied. */
  readonly trustedPeers: TrustedPeersView;
  /** @default defaultBackend() */
  readonly backend?: CryptoBackend;
  /** @default systemTime */
  readonly time?: TimeService;
  /** Ephemeral keys come from it. @default systemRng */
  readonly rng?: Rng;
  /** @default silentLogger */
  readonly logger?: Logger;
  /** @default noMetrics */
  readonly metrics?: Metrics;
  /** For logs and the labels of metrics; without it failures are not counted. */
  readonly context?: NetworkContext;
  /**
   * How far ahead of our clock a dialer's timestamp may be in mutual mode, in milliseconds.
   * @default 86400000 (24 h)
   */
  readonly futureToleranceMs?: number;
  /**
   * Diffie-Hellman operations for inbound dialers that do not claim a trusted PeerId; a handshake takes four.
   * @default 10,000 per second, 20,000 at once: a fraction of one core on the native backend
   */
  readonly strangerDh?: DhBudgetOptions;
  /**
   * The same for dialers that claim a trusted PeerId, until they have proved it.
   * @default 20,000 per second, 40,000 at once
   */
  readonly trustedDh?: DhBudgetOptions;
  /** Of the streams that handshakes lead to. */
  readonly stream?: NoiseStreamOptions;
}

/** {@link NoiseUpgraderOptions} with every default filled in. */
export type ResolvedNoiseUpgraderOptions = Required<Omit<NoiseUpgraderOptions, 'context'>> & {
  readonly context: NetworkContext | undefined;
};

/** What holds where nothing is said. */
export const DEFAULT_NOISE_UPGRADER_OPTIONS = Object.freeze({
  time: systemTime,
  rng: systemRng,
  logger: silentLogger,
  metrics: noMetrics,
  futureToleranceMs: 24 * 60 * 60 * 1000,
  strangerDh: Object.freeze({ perSecond: 10_000, burst: 20_000 }),
  trustedDh: Object.freeze({ perSecond: 20_000, burst: 40_000 }),
});

/** Options with the defaults filled in. @throws NoiseError `ERR_NOISE_INVALID_OPTION` */
export function resolveNoiseUpgraderOptions(options: NoiseUpgraderOptions): ResolvedNoiseUpgraderOptions {
  const resolved = {
    identity: options.identity,
    mode: options.mode,
    trustedPeers: options.trustedPeers,
    backend: options.backend ?? defaultBackend(),
    time: options.time ?? DEFAULT_NOISE_UPGRADER_OPTIONS.time,
    rng: options.rng ?? DEFAULT_NOISE_UPGRADER_OPTIONS.rng,
    logger: options.logger ?? DEFAULT_NOISE_UPGRADER_OPTIONS.logger,
    metrics: options.metrics ?? DEFAULT_NOISE_UPGRADER_OPTIONS.metrics,
    context: options.context,
    futureToleranceMs: options.futureToleranceMs ?? DEFAULT_NOISE_UPGRADER_OPTIONS.futureToleranceMs,
    strangerDh: options.strangerDh ?? DEFAULT_NOISE_UPGRADER_OPTIONS.strangerDh,
    trustedDh: options.trustedDh ?? DEFAULT_NOISE_UPGRADER_OPTIONS.trustedDh,
    stream: options.stream ?? {},
  };
  if (resolved.mode !== 'mutual' && resolved.mode !== 'maybe-mutual') {
    throw new NoiseError('ERR_NOISE_INVALID_OPTION', 'mode is "mutual" or "maybe-mutual"');
  }
  for (const { perSecond, burst } of [resolved.strangerDh, resolved.trustedDh]) {
    if (!(perSecond >= 0) || !(burst >= 0)) {
      throw new NoiseError('ERR_NOISE_INVALID_OPTION', 'a budget of operations is a number from 0 up');
    }
  }
  if (!Number.isFinite(resolved.futureToleranceMs) || resolved.futureToleranceMs < 0) {
    throw new NoiseError(
      'ERR_NOISE_INVALID_OPTION',
      'futureToleranceMs is a number of milliseconds from 0 up',
    );
  }
  return resolved;
}

/** Of one outbound handshake. */
export interface UpgradeOutboundOptions extends WaitOptions {
  /** Whom we mean to dial: checked against the key where unknown peers are admitted (D-40), and named in errors. */
  readonly remotePeerId?: PeerId;
}

/** Of one inbound handshake. */
export interface UpgradeInboundOptions extends WaitOptions {
  /** Where the connection came from, for the security log. */
  readonly remoteAddress?: NetworkAddress;
  /** The first plaintext to send, asked for once the dialer is authenticated: it leaves in one write with message 2. */
  readonly greeting?: () => Uint8Array;
}

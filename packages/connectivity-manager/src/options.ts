import type { NetworkAddress, PeerSet } from '@diemnet/types';
import { isDialableAddress } from './dialable-address.js';
import { ConnectivityManagerError } from './errors.js';

/** How a {@link ConnectivityManager} behaves. */
export interface ConnectivityManagerOptions {
  /** Whether inbound peers must be trusted; without it, unknown inbound peers are left alone. @default false */
  readonly mutualAuthentication?: boolean;
  /** Peers known from the configuration: what the source Config says at construction. @default none */
  readonly seeds?: PeerSet;
  /**
   * Most connections that we dial, those under way included. Not applied on the validator network; `Infinity`
   * lifts it elsewhere. @default 3
   */
  readonly outboundLimit?: number;
  /** Milliseconds from one look at everything to the next. @default 5000 */
  readonly checkIntervalMs?: number;
  /**
   * Milliseconds from an update of the discovered peers until the next look, so that updates of several sources
   * are handled together. Ineligible peers do not get this grace: they are closed at once. @default 100
   */
  readonly updateReactionMs?: number;
  /** Milliseconds between attempts to make a connection anew under a changed key of ours. @default 2000 */
  readonly renewalRetryMs?: number;
  /** The n-th delay is `backoffBase`ⁿ seconds, after a first attempt without one. @default 2 */
  readonly backoffBase?: number;
  /** What `backoffBase`ⁿ is multiplied with, in milliseconds. @default 1000 */
  readonly backoffUnitMs?: number;
  /** Cap of the delay, in milliseconds; jitter comes on top. @default 60000 */
  readonly maxDelayMs?: number;
  /** Jitter as a share of the delay: up to this much is added. @default 0.2 */
  readonly jitterShare?: number;
  /** Jitter of the first attempt, which has no delay to take a share of, in milliseconds. @default 100 */
  readonly firstJitterMs?: number;
  /** Which addresses are worth a turn. @default those of dialable shape and a handshake version that we speak */
  readonly isDialable?: (address: NetworkAddress) => boolean;
}

/** {@link ConnectivityManagerOptions} with every field present. */
export type ResolvedConnectivityManagerOptions = Required<ConnectivityManagerOptions>;

/** What holds where nothing is said (DiemNet behaviour, section 19; jitter by D-44). */
export const DEFAULT_CONNECTIVITY_MANAGER_OPTIONS: ResolvedConnectivityManagerOptions = Object.freeze({
  mutualAuthentication: false,
  seeds: new Map(),
  outboundLimit: 3,
  checkIntervalMs: 5_000,
  updateReactionMs: 100,
  renewalRetryMs: 2_000,
  backoffBase: 2,
  backoffUnitMs: 1_000,
  maxDelayMs: 60_000,
  jitterShare: 0.2,
  firstJitterMs: 100,
  isDialable: isDialableAddress,
});

const LOWEST: readonly (readonly [option: keyof ConnectivityManagerOptions, lowest: number])[] = [
  ['outboundLimit', 0],
  ['checkIntervalMs', 1],
  ['updateReactionMs', 0],
  ['renewalRetryMs', 1],
  ['backoffBase', 0],
  ['backoffUnitMs', 0],
  ['maxDelayMs', 0],
  ['jitterShare', 0],
  ['firstJitterMs', 0],
];

/** Options with the defaults filled in. @throws ConnectivityManagerError `ERR_INVALID_OPTION` */
export function resolveConnectivityManagerOptions(
  options: ConnectivityManagerOptions = {},
): ResolvedConnectivityManagerOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved: ResolvedConnectivityManagerOptions = { ...DEFAULT_CONNECTIVITY_MANAGER_OPTIONS, ...given };
  for (const [option, lowest] of LOWEST) {
    const value = resolved[option];
    const unlimited = option === 'outboundLimit' && value === Number.POSITIVE_INFINITY;
    if (!unlimited && !(typeof value === 'number' && Number.isFinite(value) && value >= lowest)) {
      throw new ConnectivityManagerError(
        'ERR_INVALID_OPTION',
        `${option} must be a number from ${lowest} up, got ${String(value)}`,
        { details: { option } },
      );
    }
  }
  return resolved;
}

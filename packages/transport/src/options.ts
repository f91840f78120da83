import { TransportError } from './errors.js';

/** Times and limits of {@link DiemNetTransport}. Milliseconds and counts. */
export interface TransportOptions {
  /** A whole upgrade, from the dial (name resolution and connect included) or from the accept. @default 30000 */
  readonly upgradeTimeoutMs: number;
  /** Inbound: from the accept to the first byte, or to the end of the PROXY header. @default 10000 */
  readonly firstByteTimeoutMs: number;
  /** Inbound: the Noise handshake, from the first byte on. @default 10000 */
  readonly noiseTimeoutMs: number;
  /** Inbound: the version handshake. @default 10000 */
  readonly handshakeTimeoutMs: number;
  /** Inbound upgrades under way at once; one more makes the oldest give up (D-07). @default 256 */
  readonly maxPendingInboundUpgrades: number;
  /** The same per machine, that is IPv4 address or IPv6 /64; one more is refused. @default 32 */
  readonly maxPendingInboundUpgradesPerIp: number;
  /** The same per network, that is IPv4 /24 or IPv6 /48; one more is refused. @default 64 */
  readonly maxPendingInboundUpgradesPerNetwork: number;
  /** At most one warning about failed upgrades per direction and stage in this time (D-36). @default 1000 */
  readonly failureLogIntervalMs: number;
}

/** Defaults of {@link TransportOptions} (behaviour 19). */
export const DEFAULT_TRANSPORT_OPTIONS: TransportOptions = Object.freeze({
  upgradeTimeoutMs: 30_000,
  firstByteTimeoutMs: 10_000,
  noiseTimeoutMs: 10_000,
  handshakeTimeoutMs: 10_000,
  maxPendingInboundUpgrades: 256,
  maxPendingInboundUpgradesPerIp: 32,
  maxPendingInboundUpgradesPerNetwork: 64,
  failureLogIntervalMs: 1000,
});

/**
 * Completes options with the defaults.
 * @throws TransportError `ERR_INVALID_OPTIONS` for a time or limit that is not positive
 */
export function resolveTransportOptions(
  options: { readonly [Key in keyof TransportOptions]?: TransportOptions[Key] | undefined } = {},
): TransportOptions {
  const resolved: Record<string, number> = { ...DEFAULT_TRANSPORT_OPTIONS };
  for (const name of Object.keys(DEFAULT_TRANSPORT_OPTIONS) as (keyof TransportOptions)[]) {
    const value = options[name];
    if (value === undefined) continue;
    const least = name === 'failureLogIntervalMs' ? 0 : 1;
    if (!(value >= least)) {
      throw new TransportError('ERR_INVALID_OPTIONS', `${name} must be at least ${least}, got ${value}`);
    }
    resolved[name] = value;
  }
  return Object.freeze(resolved) as unknown as TransportOptions;
}

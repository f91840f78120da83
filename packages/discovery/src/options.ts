import { DiscoveryError } from './errors.js';

/** Options of {@link OnChainDiscovery}. */
export interface OnChainDiscoveryOptions {
  /**
   * How long a validator whose addresses became unreadable keeps its last readable ones, in milliseconds.
   * 0: not at all; Infinity: for good. @default 3600000
   */
  readonly graceMs?: number;
  /** How long the key store may take, in milliseconds. @default 10000 */
  readonly keyStoreTimeoutMs?: number;
  /** After a failure of the key store or of the receiver: until the next attempt, in milliseconds. @default 5000 */
  readonly retryDelayMs?: number;
}

/** What {@link OnChainDiscovery} does unless told otherwise. */
export const DEFAULT_ON_CHAIN_DISCOVERY_OPTIONS = Object.freeze({
  graceMs: 3_600_000,
  keyStoreTimeoutMs: 10_000,
  retryDelayMs: 5_000,
}) satisfies OnChainDiscoveryOptions;

/** Options of {@link FileDiscovery}. */
export interface FileDiscoveryOptions {
  /** The file: a peer set in YAML. */
  readonly path: string;
  /** From one reading to the next, in milliseconds; a watcher makes it sooner. */
  readonly intervalMs: number;
  /** Largest file, in bytes. @default 16777216 */
  readonly maxBytes?: number;
  /** From a notice of the watcher to the reading, in milliseconds, so that one covers many notices. @default 100 */
  readonly debounceMs?: number;
  /** How long a reading may take, in milliseconds. @default 10000 */
  readonly readTimeoutMs?: number;
  /** After a failure of the receiver: until the next attempt, in milliseconds. @default 5000 */
  readonly retryDelayMs?: number;
  /** False: read at the interval only. @default true */
  readonly watch?: boolean;
}

/** What {@link FileDiscovery} does unless told otherwise. */
export const DEFAULT_FILE_DISCOVERY_OPTIONS = Object.freeze({
  maxBytes: 16 * 1024 * 1024,
  debounceMs: 100,
  readTimeoutMs: 10_000,
  retryDelayMs: 5_000,
  watch: true,
}) satisfies Partial<FileDiscoveryOptions>;

/** Options of {@link pollFile} and {@link pollHttp} besides what they read with. */
export interface PollOptions {
  /** From one reading to the next, in milliseconds. */
  readonly intervalMs: number;
  /** Largest payload, in bytes. @default 16777216 */
  readonly maxBytes?: number;
  /** How long a reading may take, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  /** After failures the pause doubles up to this, in milliseconds, but is never below the interval. @default 300000 */
  readonly maxBackoffMs?: number;
}

/** What polling does unless told otherwise. */
export const DEFAULT_POLL_OPTIONS = Object.freeze({
  maxBytes: 16 * 1024 * 1024,
  timeoutMs: 10_000,
  maxBackoffMs: 300_000,
}) satisfies Partial<PollOptions>;

/** Fills in defaults. @throws DiscoveryError `ERR_INVALID_DISCOVERY_OPTIONS` */
export function resolveOnChainDiscoveryOptions(
  options: OnChainDiscoveryOptions,
): Required<OnChainDiscoveryOptions> {
  const resolved = withDefaults(DEFAULT_ON_CHAIN_DISCOVERY_OPTIONS, options);
  requireNumbers(resolved, ['graceMs'], 0);
  requireNumbers(resolved, ['keyStoreTimeoutMs', 'retryDelayMs'], 1);
  return resolved;
}

/** Fills in defaults. @throws DiscoveryError `ERR_INVALID_DISCOVERY_OPTIONS` */
export function resolveFileDiscoveryOptions(options: FileDiscoveryOptions): Required<FileDiscoveryOptions> {
  const resolved = withDefaults(DEFAULT_FILE_DISCOVERY_OPTIONS, options);
  requireNumbers(resolved, ['debounceMs'], 0);
  requireNumbers(resolved, ['intervalMs', 'maxBytes', 'readTimeoutMs', 'retryDelayMs'], 1);
  return resolved;
}

/** Fills in defaults. @throws DiscoveryError `ERR_INVALID_DISCOVERY_OPTIONS` */
export function resolvePollOptions(options: PollOptions): Required<PollOptions> {
  const resolved = withDefaults(DEFAULT_POLL_OPTIONS, options);
  requireNumbers(resolved, ['intervalMs', 'maxBytes', 'timeoutMs', 'maxBackoffMs'], 1);
  return resolved;
}

/** `defaults` with what `options` say; a field that is present but undefined says nothing. */
function withDefaults<Defaults extends object, Options extends object>(
  defaults: Defaults,
  options: Options,
): Defaults & Required<Options> {
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) } as Defaults & Required<Options>;
}

function requireNumbers<Name extends string>(
  options: Readonly<Record<Name, number>>,
  names: readonly Name[],
  min: number,
): void {
  for (const name of names) {
    const value = options[name];
    if (!(typeof value === 'number' && value >= min)) {
      throw new DiscoveryError(
        'ERR_INVALID_DISCOVERY_OPTIONS',
        `${name} is a number of at least ${min}, got ${String(value)}`,
        { details: { option: name } },
      );
    }
  }
}

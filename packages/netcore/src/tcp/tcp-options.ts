import { systemTime, type TimeService } from '@diemnet/types';
import { NetcoreError } from '../errors.js';
import type { HttpProxySettings } from '../http-connect/http-proxy.js';
import { systemResolver, type Resolver } from './resolve-name.js';

/** Options of `TcpTransport`. */
export interface TcpOptions {
  /** Clock of delays and timeouts. @default systemTime */
  readonly time?: TimeService;
  /** Sends small writes at once instead of waiting to fill a packet. @default true */
  readonly noDelay?: boolean;
  /** Asks silent connections whether they live. @default true */
  readonly keepAlive?: boolean;
  /** Silence before the first keepalive probe, in milliseconds. @default 60000 */
  readonly keepAliveInitialDelayMs?: number;
  /** Turns names into addresses. @default the system's, getaddrinfo */
  readonly resolver?: Resolver;
  /** Longest attempt to connect to one address, and longest exchange with an HTTP proxy, in ms. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** Head start of each address of a name before the next is tried too (RFC 8305), in ms. @default 250 */
  readonly happyEyeballsDelayMs?: number;
  /** Bytes a socket queues before `write` answers false. @default 65536 */
  readonly highWaterMarkBytes?: number;
  /** Buffer that the sockets of a transport read into in turn, in bytes. @default 262144 */
  readonly readBufferBytes?: number;
  /** Connections the system holds before they are accepted. @default 511 */
  readonly backlog?: number;
  /**
   * The HTTP proxy to dial through. `'environment'`: as the variables say; `'none'`: never.
   * @default 'environment'
   */
  readonly httpProxy?: HttpProxySettings | 'environment' | 'none';
  /** The environment variables, read once. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** {@link TcpOptions} with every field present. */
export type ResolvedTcpOptions = Required<TcpOptions>;

/** What holds where nothing is said. `env` is looked up when options are resolved. */
export const DEFAULT_TCP_OPTIONS: Omit<ResolvedTcpOptions, 'env'> = Object.freeze({
  time: systemTime,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelayMs: 60_000,
  resolver: systemResolver,
  connectTimeoutMs: 10_000,
  happyEyeballsDelayMs: 250,
  highWaterMarkBytes: 64 * 1024,
  readBufferBytes: 256 * 1024,
  backlog: 511,
  httpProxy: 'environment',
});

/** Lower bounds of the numeric options. */
const MINIMUM = {
  keepAliveInitialDelayMs: 0,
  connectTimeoutMs: 1,
  happyEyeballsDelayMs: 0,
  highWaterMarkBytes: 0,
  readBufferBytes: 1,
  backlog: 1,
} as const;

/** Options with the defaults filled in. @throws NetcoreError `ERR_INVALID_OPTION` */
export function resolveTcpOptions(options: TcpOptions = {}): ResolvedTcpOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved: ResolvedTcpOptions = { ...DEFAULT_TCP_OPTIONS, env: process.env, ...given };
  for (const [name, minimum] of Object.entries(MINIMUM)) {
    const value = resolved[name as keyof typeof MINIMUM];
    if (!(value >= minimum)) {
      throw new NetcoreError(
        'ERR_INVALID_OPTION',
        `${name} must be a number from ${minimum} up, got ${value}`,
      );
    }
  }
  return resolved;
}

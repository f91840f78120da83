import { isIP } from 'node:net';
import { systemTime, type TimeService } from '@diemnet/types';
import { InspectorError } from '../errors.js';
import type { RecordingFile } from '../recording/recording-file.js';
import type { InspectorSource } from '../source.js';
import type { MetricsRegistry } from './routes.js';

/** How an administrative server is started. */
export interface AdminServerOptions {
  /** The nodes that it tells about; more can be added later. */
  readonly sources?: readonly InspectorSource[] | undefined;
  /** Where to listen. Beyond the loopback interface a token is needed. @default 127.0.0.1 */
  readonly host?: string | undefined;
  /** 0: any free one. @default 0 */
  readonly port?: number | undefined;
  /** What requests have to bring as their bearer token, except for the page itself, `/healthz` and `/readyz`. */
  readonly token?: string | undefined;
  /** Serve beyond the loopback interface without a token; whoever reaches the port can then read. @default false */
  readonly allowUnauthenticated?: boolean | undefined;
  /** Allow what changes something. @default false */
  readonly allowWrites?: boolean | undefined;
  /** Names, besides `localhost`, under which browsers may address the server. @default [] */
  readonly allowedHosts?: readonly string[] | undefined;
  /** What `/metrics` answers with. @default undefined: not found */
  readonly registry?: MetricsRegistry | undefined;
  /** The built page. @default that of this package */
  readonly pageFolder?: string | undefined;
  /** Plays this recording (see `readRecording`) instead of telling about nodes. @default undefined: live */
  readonly recording?: Pick<RecordingFile, 'bytes'> | undefined;
  readonly limits?: Partial<AdminServerLimits> | undefined;
  /** @default systemTime */
  readonly time?: TimeService | undefined;
}

/** Bounds on what clients can make the server do. */
export interface AdminServerLimits {
  /** Connections at a time; more are closed at once. @default 256 */
  readonly maxConnections: number;
  /** From the connection, or the last answer, to the end of the request's headers. @default 5000 */
  readonly headersTimeoutMs: number;
  /** The same to the end of the request. @default 10000 */
  readonly requestTimeoutMs: number;
  /** A connection on which nothing moves for so long is closed. @default 30000 */
  readonly idleTimeoutMs: number;
  /** All headers of a request together. @default 16384 */
  readonly maxHeaderBytes: number;
  /** @default 16384 */
  readonly maxBodyBytes: number;
  /** Event streams at a time. @default 32 */
  readonly maxStreams: number;
  /** Bytes that may wait for the client of one event stream. @default 1048576 */
  readonly maxBacklogBytes: number;
  /** Events that are kept for clients that come or come back. @default 2000 */
  readonly eventCapacity: number;
}

/** Defaults of {@link AdminServerLimits}. */
export const DEFAULT_ADMIN_SERVER_LIMITS: AdminServerLimits = Object.freeze({
  maxConnections: 256,
  headersTimeoutMs: 5000,
  requestTimeoutMs: 10_000,
  idleTimeoutMs: 30_000,
  maxHeaderBytes: 16 * 1024,
  maxBodyBytes: 16 * 1024,
  maxStreams: 32,
  maxBacklogBytes: 1024 * 1024,
  eventCapacity: 2000,
});

/** Options with the defaults filled in. */
export interface ResolvedAdminServerOptions {
  readonly sources: readonly InspectorSource[];
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly allowUnauthenticated: boolean;
  readonly allowWrites: boolean;
  readonly allowedHosts: readonly string[];
  readonly registry: MetricsRegistry | undefined;
  readonly pageFolder: string | undefined;
  readonly recording: Pick<RecordingFile, 'bytes'> | undefined;
  readonly limits: AdminServerLimits;
  readonly time: TimeService;
}

/** @throws InspectorError `ERR_INVALID_OPTION`, `ERR_ADMIN_TOKEN_REQUIRED` */
export function resolveAdminServerOptions(options: AdminServerOptions = {}): ResolvedAdminServerOptions {
  const limits = { ...DEFAULT_ADMIN_SERVER_LIMITS, ...options.limits };
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0)) {
      throw new InspectorError('ERR_INVALID_OPTION', `limits.${name} must be positive, got ${value}`);
    }
  }
  const resolved = {
    sources: options.sources ?? [],
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    token: options.token,
    allowUnauthenticated: options.allowUnauthenticated ?? false,
    allowWrites: options.allowWrites ?? false,
    allowedHosts: options.allowedHosts ?? [],
    registry: options.registry,
    pageFolder: options.pageFolder,
    recording: options.recording,
    limits,
    time: options.time ?? systemTime,
  };
  if (resolved.token !== undefined && !/^\S{1,1024}$/.test(resolved.token)) {
    throw new InspectorError('ERR_INVALID_OPTION', 'a token is 1 to 1024 characters without blanks');
  }
  if (resolved.token === undefined && !resolved.allowUnauthenticated && !isLoopback(resolved.host)) {
    throw new InspectorError(
      'ERR_ADMIN_TOKEN_REQUIRED',
      `listening on ${resolved.host} lets other machines in: set a token`,
      { details: { host: resolved.host } },
    );
  }
  return resolved;
}

/** Can only programs of this machine reach what listens there? Elsewhere a server needs a token. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

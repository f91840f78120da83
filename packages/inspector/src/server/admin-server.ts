import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InspectorError } from '../errors.js';
import { loadPageAssets, withPlayer } from '../page-assets.js';
import type { InspectorSource } from '../source.js';
import { EventStreams } from './event-streams.js';
import { Guard } from './guard.js';
import {
  resolveAdminServerOptions,
  type AdminServerLimits,
  type AdminServerOptions,
  type ResolvedAdminServerOptions,
} from './options.js';
import { problem, send, type Answer } from './problem.js';
import { parseRequestTarget } from './request-target.js';
import { Routes } from './routes.js';
import { SourceTable } from './source-table.js';

/** A running administrative server. */
export interface AdminServer extends AsyncDisposable {
  /** E.g. `http://127.0.0.1:9101`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Tells about one more node from now on. @throws InspectorError `ERR_INVALID_OPTION` if its name is taken */
  addSource(source: InspectorSource): void;
  /** Tells about it no more; the source itself stays as it is. */
  removeSource(source: InspectorSource): void;
  /** Event streams that are open. */
  readonly openStreams: number;
  /** Ends everything and leaves no socket and no timer behind. May be called twice. Sources stay as they are. */
  stop(): Promise<void>;
}

/** How often Node looks for requests that are too slow. */
const CHECK_INTERVAL_MS = 500;

/**
 * Serves metrics, health, peers, explanations, events and the page over HTTP.
 * @throws InspectorError `ERR_ADMIN_LISTEN`, `ERR_ADMIN_TOKEN_REQUIRED`, `ERR_INVALID_OPTION`
 * @example
 * const server = await startAdminServer({ sources: [new NodeInspector(node)], port: 9101, registry });
 * console.log(server.url);
 */
export async function startAdminServer(options: AdminServerOptions = {}): Promise<AdminServer> {
  const resolved = resolveAdminServerOptions(options);
  const { time, limits, host } = resolved;
  const assets = await loadPageAssets(resolved.pageFolder);
  const page = resolved.recording === undefined ? assets : withPlayer(assets);
  const sources = new SourceTable(time);
  const streams = new EventStreams(time, {
    capacity: limits.eventCapacity,
    maxStreams: limits.maxStreams,
    maxBacklogBytes: limits.maxBacklogBytes,
  });
  const addSource = (source: InspectorSource) => {
    sources.add(source);
    streams.add(source);
  };
  let server: Server;
  try {
    resolved.sources.forEach(addSource);
    server = await listen(
      resolved,
      createHandler(resolved, new Routes({ ...resolved, ...limits, sources, streams, page })),
    );
  } catch (error) {
    streams.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= new Promise<void>((resolve) => {
      streams.close();
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return stopping;
  };
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    addSource,
    removeSource(source) {
      sources.delete(source);
      streams.delete(source);
    },
    get openStreams() {
      return streams.size;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function createHandler({ token, allowedHosts }: ResolvedAdminServerOptions, routes: Routes): Handler {
  const guard = new Guard({ token, allowedHosts });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> => {
    const { headers, method } = request;
    const target = parseRequestTarget(request.url);
    const route = target && routes.find(target);
    const refusal = guard.check(headers, { open: route?.open ?? false });
    if (refusal !== undefined) return refusal;
    if (target === undefined) return problem('ERR_BAD_REQUEST', 'not a path of this server');
    if (route === undefined) return problem('ERR_NOT_FOUND', 'see /v1/openapi.json');
    const asked = method === 'HEAD' ? 'GET' : method;
    if (asked !== route.method) {
      const allow = route.method === 'GET' ? 'GET, HEAD' : route.method;
      return problem('ERR_METHOD_NOT_ALLOWED', `use ${route.method}`, { allow });
    }
    if (route.method === 'GET' && hasBody(request)) {
      return problem('ERR_BODY_TOO_LARGE', 'no body is expected here', { connection: 'close' });
    }
    return route.answer({ request, response, target });
  };
  return (request, response) => {
    request.on('error', () => response.destroy());
    response.on('error', () => response.destroy());
    handle(request, response).then(
      (answer) => answer && send(response, answer),
      // Nothing of the error is told: it is not the client's business.
      () => send(response, problem('ERR_INTERNAL', 'see the log of the node')),
    );
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function listen({ host, port, limits }: ResolvedAdminServerOptions, handler: Handler): Promise<Server> {
  const server = createServer(serverOptions(limits), handler);
  server.maxConnections = limits.maxConnections;
  server.setTimeout(limits.idleTimeoutMs);
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new InspectorError('ERR_ADMIN_LISTEN', `cannot listen on ${host}:${port}: ${cause.message}`, {
          cause,
          details: { host, port },
        }),
      ),
    );
    server.listen({ host, port }, () => resolve(server));
  });
}

function serverOptions(limits: AdminServerLimits) {
  return {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.headersTimeoutMs,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  };
}

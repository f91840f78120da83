import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDiemNetError } from '@diemnet/types';
import { EVENT_KINDS, type NodeEvent } from '../model/event.js';
import type { NodeReport } from '../model/snapshot.js';
import { PAGE_HEADERS, type PageAsset } from '../page-assets.js';
import type { RecordingFile } from '../recording/recording-file.js';
import type { EventStreams } from './event-streams.js';
import { openApi } from './open-api.js';
import { json, problem, type Answer } from './problem.js';
import { readJsonBody } from './request-body.js';
import type { RequestTarget } from './request-target.js';
import type { SourceTable } from './source-table.js';

/** What Prometheus reads; prom-client's registry fits. */
export interface MetricsRegistry {
  metrics(): Promise<string>;
  readonly contentType: string;
}

/** What answers are made from. */
export interface RoutesComponents {
  readonly sources: SourceTable;
  readonly streams: EventStreams;
  readonly registry: MetricsRegistry | undefined;
  readonly page: ReadonlyMap<string, PageAsset>;
  readonly recording: Pick<RecordingFile, 'bytes'> | undefined;
  readonly allowWrites: boolean;
  readonly maxBodyBytes: number;
}

/** A request that has been let in. */
export interface RoutedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: RequestTarget;
}

interface Route {
  readonly method: 'GET' | 'POST';
  /** Needs no token: tells nothing about the node. */
  readonly open: boolean;
  /** Undefined if it has taken over the response. */
  answer(routed: RoutedRequest): Answer | undefined | Promise<Answer | undefined>;
}

const PEER_ID = /^[0-9A-Fa-f]{32}$/;

/** Finds what is asked for. */
export class Routes {
  readonly #components: RoutesComponents;
  readonly #fixed: ReadonlyMap<string, Route>;

  constructor(components: RoutesComponents) {
    this.#components = components;
    const get = (answer: Route['answer'], open = false): Route => ({ method: 'GET', open, answer });
    this.#fixed = new Map([
      ['', get(() => this.#asset('index.html'), true)],
      ['healthz', get(() => json({ status: 'ok' }), true)],
      ['readyz', get(() => this.#ready(), true)],
      ['metrics', get(() => this.#metrics())],
      ['v1/nodes', get(({ target }) => this.#nodes(target))],
      ['v1/peers', get(({ target }) => this.#peers(target))],
      ['v1/events', get((routed) => this.#events(routed))],
      ['v1/recording', get(() => this.#recording())],
      ['v1/openapi.json', get(() => json(openApi()))],
    ]);
  }

  /** The route of a path, and a refusal where there is none. */
  find({ segments }: RequestTarget): Route | undefined {
    const fixed = this.#fixed.get(segments.join('/'));
    if (fixed !== undefined) return fixed;
    const [v1, peers, peerId, action, ...rest] = segments;
    if (v1 === 'v1' && peers === 'peers' && peerId !== undefined && rest.length === 0) {
      const id = peerId.toLowerCase();
      if (action === 'explain') {
        return { method: 'GET', open: false, answer: ({ target }) => this.#explain(id, target) };
      }
      if (action === 'disconnect') {
        return { method: 'POST', open: false, answer: ({ request }) => this.#disconnect(id, request) };
      }
    }
    const [name] = segments;
    if (segments.length !== 1 || name === undefined || !this.#components.page.has(name)) return undefined;
    return { method: 'GET', open: true, answer: () => this.#asset(name) };
  }

  #asset(name: string): Answer {
    const asset = this.#components.page.get(name);
    if (asset === undefined) return problem('ERR_NOT_FOUND', 'the page has not been built');
    return { status: 200, type: asset.type, body: asset.body, headers: PAGE_HEADERS };
  }

  #recording(): Answer {
    const { recording } = this.#components;
    if (recording === undefined) return problem('ERR_NOT_FOUND', 'this server tells about nodes that run');
    return { status: 200, type: 'application/x-ndjson; charset=utf-8', body: recording.bytes };
  }

  async #ready(): Promise<Answer> {
    const reports = await this.#components.sources.reports();
    const ready = reports.length > 0 && reports.every(isReady);
    return json({ ready }, ready ? 200 : 503);
  }

  async #metrics(): Promise<Answer> {
    const { registry } = this.#components;
    if (registry === undefined) {
      return problem('ERR_NOT_FOUND', 'this server has no metrics of its own; each node serves its own');
    }
    return { status: 200, type: registry.contentType, body: await registry.metrics() };
  }

  async #nodes({ query }: RequestTarget): Promise<Answer> {
    return json({ nodes: await this.#components.sources.reports(query.get('node')) });
  }

  async #peers({ query }: RequestTarget): Promise<Answer> {
    const network = query.get('network');
    const reports = await this.#components.sources.reports(query.get('node'));
    const unavailable = reports.flatMap((report) => (report.ok ? [] : [report.node]));
    const peers = reports.flatMap((report) =>
      (report.ok ? report.snapshot.networks : [])
        .filter((one) => network === null || one.network === network)
        .flatMap((one) => one.peers.map((peer) => ({ node: report.node, network: one.network, ...peer }))),
    );
    return json({ peers, unavailable });
  }

  async #explain(peerId: string, { query }: RequestTarget): Promise<Answer> {
    if (!PEER_ID.test(peerId)) return problem('ERR_BAD_REQUEST', 'a PeerId is 32 hexadecimal digits');
    try {
      const explanations = await this.#components.sources.explain(peerId, query.get('node'));
      return json({ peerId, explanations });
    } catch (error) {
      if (!isDiemNetError(error, 'ERR_SOURCE_UNAVAILABLE')) throw error;
      return problem('ERR_SOURCE_UNAVAILABLE', error.message);
    }
  }

  #events({ request, response, target: { query } }: RoutedRequest): Answer | undefined {
    const { streams } = this.#components;
    const kinds = query.getAll('kind');
    if (!kinds.every((kind) => (EVENT_KINDS as readonly string[]).includes(kind))) {
      return problem('ERR_BAD_REQUEST', `kinds are ${EVENT_KINDS.join(', ')}`);
    }
    if (request.method === 'HEAD') return { status: 200, type: 'text/event-stream; charset=utf-8', body: '' };
    if (streams.full) return problem('ERR_TOO_MANY_STREAMS', 'close one first', { 'retry-after': '5' });
    const node = query.get('node');
    const wants = (event: NodeEvent) =>
      (kinds.length === 0 || kinds.includes(event.kind)) && (node === null || event.node === node);
    const lastEventId = request.headers['last-event-id'];
    streams.open(response, typeof lastEventId === 'string' ? lastEventId : undefined, wants);
    return undefined;
  }

  async #disconnect(peerId: string, request: IncomingMessage): Promise<Answer> {
    const { allowWrites, maxBodyBytes, sources } = this.#components;
    if (!allowWrites) return problem('ERR_READ_ONLY', 'start the server with writes allowed');
    if (!PEER_ID.test(peerId)) return problem('ERR_BAD_REQUEST', 'a PeerId is 32 hexadecimal digits');
    const { value, refusal } = await readJsonBody(request, maxBodyBytes);
    if (refusal !== undefined) return refusal;
    const { node, network } = value;
    if (typeof node !== 'string' || typeof network !== 'string') {
      return problem('ERR_BAD_REQUEST', 'the body names "node" and "network"');
    }
    const closed = await sources.get(node)?.disconnect?.(network, peerId);
    return closed === true
      ? json({ disconnected: true })
      : problem('ERR_NOT_FOUND', 'there is no such connection');
  }
}

function isReady(report: NodeReport): boolean {
  return report.ok && report.snapshot.networks.every(({ state }) => state === 'started');
}

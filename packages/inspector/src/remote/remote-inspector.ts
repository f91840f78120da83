import { StringDecoder } from 'node:string_decoder';
import { systemTime, withTimeout, type TimeService, type Timer } from '@diemnet/types';
import type { NodeEvent } from '../model/event.js';
import type { PeerExplanationSnapshot } from '../model/explanation.js';
import type { NodeReport, NodeSnapshot } from '../model/snapshot.js';
import { EventRing } from '../node/event-ring.js';
import type { InspectorSource } from '../source.js';
import { getJson, getText, openHttp, unusable } from './http-get.js';
import { ServerSentEventReader } from './server-sent-events.js';

/** Whoever scrapes waits for the slowest node. */
const METRICS_TIMEOUT_MS = 3000;

/** How a running node is asked. */
export interface RemoteInspectorOptions {
  /** What to call the node here. @default the name that it has itself */
  readonly name?: string | undefined;
  readonly token?: string | undefined;
  /** Pause before the event stream is opened again. @default 1000 */
  readonly retryMs?: number | undefined;
  /** Events that are kept. @default 1000 */
  readonly eventCapacity?: number | undefined;
  /** @default systemTime */
  readonly time?: TimeService | undefined;
}

/** A node that serves an inspector somewhere else. */
export interface RemoteInspector extends InspectorSource, Disposable {
  readonly url: string;
  snapshot(): Promise<NodeSnapshot>;
  explain(peerId: string): Promise<PeerExplanationSnapshot[]>;
  /** What its `/metrics` tells. */
  metrics(): Promise<string>;
  /** Ends the event stream. The node can still be asked. */
  close(): void;
}

/**
 * A node of another process, asked over HTTP. Its events are followed from the first subscriber on, with
 * `node-up` and `node-down` of our own when the stream begins and breaks.
 * @throws TypeError for a malformed URL
 * @example
 * const node = remoteInspector('http://127.0.0.1:9101', { name: 'validator-0' });
 * (await node.snapshot()).networks;
 */
export function remoteInspector(url: string, options: RemoteInspectorOptions = {}): RemoteInspector {
  return new HttpInspector(new URL(url), options);
}

class HttpInspector implements RemoteInspector {
  readonly url: string;
  readonly #base: URL;
  readonly #options: RemoteInspectorOptions;
  readonly #time: TimeService;
  readonly #events: EventRing;
  readonly #controller = new AbortController();
  #following = false;
  #up = false;
  #lastEventId: string | undefined;
  #retry: Timer | undefined;

  constructor(base: URL, options: RemoteInspectorOptions) {
    this.url = base.origin;
    this.#base = base;
    this.#options = options;
    this.#time = options.time ?? systemTime;
    this.#events = new EventRing(options.eventCapacity ?? 1000);
  }

  get name(): string {
    return this.#options.name ?? this.#base.host;
  }

  async snapshot(): Promise<NodeSnapshot> {
    const url = this.#url('/v1/nodes');
    const { nodes } = (await getJson(url, this.#access())) as { nodes?: NodeReport[] };
    const [report] = nodes ?? [];
    if (report === undefined || !report.ok) throw unusable(url, report?.error ?? 'tells of no node');
    return { ...report.snapshot, node: this.name };
  }

  async explain(peerId: string): Promise<PeerExplanationSnapshot[]> {
    const url = this.#url(`/v1/peers/${encodeURIComponent(peerId)}/explain`);
    const { explanations } = (await getJson(url, this.#access())) as {
      explanations?: PeerExplanationSnapshot[];
    };
    if (!Array.isArray(explanations)) throw unusable(url, 'explains nothing');
    return explanations.map((explanation) => ({ ...explanation, node: this.name }));
  }

  metrics(): Promise<string> {
    return withTimeout(this.#time, METRICS_TIMEOUT_MS, (signal) =>
      getText(this.#url('/metrics'), { ...this.#access(), signal }),
    );
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    if (!this.#following) {
      this.#following = true;
      void this.#follow();
    }
    return this.#events.subscribe(listener);
  }

  close(): void {
    this.#controller.abort();
    this.#retry?.cancel();
    this.#events.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#controller;
    try {
      const response = await openHttp(this.#url('/v1/events'), {
        ...this.#access(),
        headers: this.#lastEventId === undefined ? {} : { 'last-event-id': this.#lastEventId },
        signal,
      });
      if (response.statusCode === 200) {
        this.#mark('node-up');
        const decoder = new StringDecoder('utf8');
        const reader = new ServerSentEventReader(({ id, data }) => this.#onEvent(id, data));
        for await (const chunk of response as AsyncIterable<Buffer>) {
          if (!reader.push(decoder.write(chunk))) break;
        }
      }
      response.destroy();
    } catch {
      // Whether it breaks, ends or never begins: below.
    }
    if (signal.aborted) return;
    this.#mark('node-down');
    this.#retry = this.#time.schedule(this.#options.retryMs ?? 1000, () => void this.#follow());
  }

  #onEvent(id: string | undefined, data: string): void {
    try {
      const event = JSON.parse(data) as NodeEvent;
      this.#lastEventId = id;
      this.#events.push({ ...event, node: this.name });
    } catch {
      // Not an event that we know: skipped.
    }
  }

  #mark(kind: 'node-up' | 'node-down'): void {
    const up = kind === 'node-up';
    if (this.#up === up) return;
    this.#up = up;
    const { name: node, url: address } = this;
    this.#events.push({ kind, node, network: '', peerId: null, address, atUnixMs: this.#time.unixTimeMs() });
  }

  #access() {
    return { token: this.#options.token };
  }

  #url(path: string): URL {
    return new URL(path, this.#base);
  }
}

import type { ServerResponse } from 'node:http';
import { startInterval, type TimeService, type Timer } from '@diemnet/types';
import type { NodeEvent } from '../model/event.js';
import type { InspectorSource } from '../source.js';
import { COMMON_HEADERS } from './problem.js';

/** Bounds on event streams. */
export interface EventStreamOptions {
  /** Events kept for those who come or come back. */
  readonly capacity: number;
  readonly maxStreams: number;
  /** A client that lets more bytes than this wait is dropped. */
  readonly maxBacklogBytes: number;
}

interface Stream {
  readonly response: ServerResponse;
  readonly wants: (event: NodeEvent) => boolean;
}

interface Numbered {
  readonly number: number;
  readonly event: NodeEvent;
  /** As it goes over the wire, made once for all clients. */
  readonly text: string;
}

/** How often a silent stream is proved to be alive. */
const HEARTBEAT_MS = 10_000;
const RETRY_MS = 1000;

/**
 * The events of all nodes as one stream of server-sent events.
 *
 * Ids are `<run>-<number>`: a client that comes back with the id of its last event gets what it missed, as far as
 * that is kept; with an id of another run of this server it gets everything.
 */
export class EventStreams {
  readonly #options: EventStreamOptions;
  readonly #run: string;
  readonly #heartbeat: Timer;
  readonly #kept: Numbered[] = [];
  readonly #streams = new Set<Stream>();
  readonly #sources = new Map<InspectorSource, () => void>();
  #next = 1;

  constructor(time: TimeService, options: EventStreamOptions) {
    this.#options = options;
    this.#run = time.unixTimeMs().toString(36);
    this.#heartbeat = startInterval(time, HEARTBEAT_MS, () => this.#broadcast(': alive\n\n', () => true));
  }

  /** Streams that are open. */
  get size(): number {
    return this.#streams.size;
  }

  get full(): boolean {
    return this.#streams.size >= this.#options.maxStreams;
  }

  add(source: InspectorSource): void {
    this.#sources.set(
      source,
      source.subscribe((event) => this.#push({ ...event, node: source.name })),
    );
  }

  delete(source: InspectorSource): void {
    this.#sources.get(source)?.();
    this.#sources.delete(source);
  }

  /** Makes a response a stream. `lastEventId` as the client sent it. */
  open(
    response: ServerResponse,
    lastEventId: string | undefined,
    wants: (event: NodeEvent) => boolean = () => true,
  ): void {
    const stream: Stream = { response, wants };
    response.writeHead(200, {
      ...COMMON_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    const after = this.#numberOf(lastEventId);
    const missed = this.#kept.filter(({ number, event }) => number > after && wants(event));
    response.write(`retry: ${RETRY_MS}\n\n${missed.map(({ text }) => text).join('')}`);
    this.#streams.add(stream);
    response.once('close', () => this.#streams.delete(stream));
    response.once('error', () => this.#streams.delete(stream));
  }

  close(): void {
    this.#heartbeat.cancel();
    for (const leave of this.#sources.values()) leave();
    this.#sources.clear();
    for (const { response } of this.#streams) response.end();
    this.#streams.clear();
  }

  #push(event: NodeEvent): void {
    const number = this.#next++;
    const text = `id: ${this.#run}-${number}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
    this.#kept.push({ number, event, text });
    if (this.#kept.length > this.#options.capacity) this.#kept.shift();
    this.#broadcast(text, ({ wants }) => wants(event));
  }

  #broadcast(text: string, to: (stream: Stream) => boolean): void {
    for (const stream of [...this.#streams]) {
      if (!to(stream)) continue;
      const { response } = stream;
      if (response.writableLength <= this.#options.maxBacklogBytes) {
        response.write(text);
        continue;
      }
      // It does not read: what waits for it must not grow. It can come back with its last event's id.
      this.#streams.delete(stream);
      response.destroy();
    }
  }

  #numberOf(lastEventId: string | undefined): number {
    const [run, number] = lastEventId?.split('-') ?? [];
    const parsed = Number(number);
    return run === this.#run && Number.isSafeInteger(parsed) ? parsed : 0;
  }
}

import type { TimeService } from '@diemnet/types';
import { InspectorError } from '../errors.js';
import type { NodeEvent } from '../model/event.js';
import type { PeerExplanationSnapshot } from '../model/explanation.js';
import { RECORDING_FORMAT, RECORDING_VERSION, type RecordingLine } from '../model/recording.js';
import type { NodeReport, NodeSnapshot } from '../model/snapshot.js';

/** A node that is recorded; a `NodeInspector` fits. It answers at once: a look must not take time of its own. */
export interface RecordedSource {
  readonly name: string;
  snapshot(): NodeSnapshot;
  explain(peerId: string): readonly PeerExplanationSnapshot[];
  subscribe(listener: (event: NodeEvent) => void): () => void;
}

/** How an {@link InspectionRecorder} is made. */
export interface InspectionRecorderOptions {
  /** Is given the text line by line, each with its line feed. */
  readonly write: (line: string) => void;
  /** The clock of what is recorded, virtual or real. The inspectors should have the same. */
  readonly time: TimeService;
  /** What is recorded, for people. @default '' */
  readonly title?: string | undefined;
  /** From one look at all nodes to the next, in milliseconds. @default 1000 */
  readonly sampleIntervalMs?: number | undefined;
}

/** Defaults of {@link InspectionRecorderOptions}. */
export const DEFAULT_RECORDER_OPTIONS = Object.freeze({ title: '', sampleIntervalMs: 1000 });

interface Recorded {
  readonly source: RecordedSource;
  readonly leave: () => void;
  /** Why it cannot be asked; undefined if it can. */
  down: string | undefined;
}

/**
 * Writes down what happens to a network, so that the page can play it. It has no timer: whoever drives the clock calls
 * {@link tick} as often as it likes, and thereby changes nothing in what is recorded.
 *
 * @example
 * const recorder = new InspectionRecorder({ write: (line) => lines.push(line), time });
 * recorder.add(new NodeInspector(node, { name: 'validator-0', time }));
 * recorder.tick(); // now and then
 * recorder.close();
 */
export class InspectionRecorder {
  readonly #write: (line: string) => void;
  readonly #time: TimeService;
  readonly #startedAt: number;
  readonly #intervalMs: number;
  readonly #nodes = new Map<string, Recorded>();
  /** What was last said about a peer, without what changes all the time; by node, network and peer. */
  readonly #explained = new Map<string, string>();
  #nextSampleAt = 0;
  #closed = false;

  /** @throws InspectorError `ERR_INVALID_OPTION` */
  constructor(options: InspectionRecorderOptions) {
    const { title, sampleIntervalMs } = { ...DEFAULT_RECORDER_OPTIONS, ...options };
    if (!((sampleIntervalMs ?? DEFAULT_RECORDER_OPTIONS.sampleIntervalMs) > 0)) {
      throw new InspectorError('ERR_INVALID_OPTION', `sampleIntervalMs is above 0, got ${sampleIntervalMs}`);
    }
    this.#write = options.write;
    this.#time = options.time;
    this.#startedAt = options.time.now();
    this.#intervalMs = sampleIntervalMs ?? DEFAULT_RECORDER_OPTIONS.sampleIntervalMs;
    this.#line({
      type: 'header',
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      title: title ?? DEFAULT_RECORDER_OPTIONS.title,
      startedUnixMs: options.time.unixTimeMs(),
    });
  }

  /** Records one more node, or the next life of one of the same name. */
  add(source: RecordedSource): void {
    this.#nodes.get(source.name)?.leave();
    const leave = source.subscribe((event) => this.#event({ ...event, node: source.name }));
    this.#nodes.set(source.name, { source, leave, down: undefined });
    this.#mark('node-up', source.name, '');
  }

  /** The node does not answer any more; `why` in a word or two. */
  down(name: string, why: string): void {
    const node = this.#nodes.get(name);
    if (node === undefined || node.down !== undefined) return;
    node.down = why;
    this.#mark('node-down', name, why);
  }

  /** It answers again. */
  up(name: string): void {
    const node = this.#nodes.get(name);
    if (node?.down === undefined) return;
    node.down = undefined;
    this.#mark('node-up', name, '');
  }

  /** Notes what was done to the network. */
  note(text: string): void {
    this.#line({ type: 'note', at: this.#at(), text });
  }

  /** Looks at all nodes if it is time to. */
  tick(): void {
    if (this.#time.now() - this.#startedAt >= this.#nextSampleAt) this.sample();
  }

  /** Looks at all nodes now. */
  sample(): void {
    const at = this.#at();
    this.#nextSampleAt = at - (at % this.#intervalMs) + this.#intervalMs;
    const nodes = Array.from(this.#nodes.values(), report);
    this.#line({ type: 'sample', at, nodes });
    for (const one of nodes) if (one.ok) this.#explain(one.snapshot, at);
  }

  /** Looks a last time and ends the recording. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.sample();
    for (const { leave } of this.#nodes.values()) leave();
    this.#line({ type: 'end', at: this.#at() });
    this.#closed = true;
  }

  #explain({ node, networks }: NodeSnapshot, at: number): void {
    const { source } = this.#nodes.get(node) as Recorded;
    const peerIds = new Set(
      networks.flatMap(({ peers, absentPeers }) => [...peers, ...absentPeers].map(({ peerId }) => peerId)),
    );
    for (const peerId of peerIds) {
      for (const explanation of source.explain(peerId)) {
        const key = `${node} ${explanation.network} ${peerId}`;
        const lasting = lastingPart(explanation);
        if (this.#explained.get(key) === lasting) continue;
        this.#explained.set(key, lasting);
        this.#line({ type: 'explanation', at, explanation });
      }
    }
  }

  #mark(kind: 'node-up' | 'node-down', node: string, address: string): void {
    this.#event({ kind, node, network: '', peerId: null, address, atUnixMs: this.#time.unixTimeMs() });
  }

  #event(event: NodeEvent): void {
    this.#line({ type: 'event', at: this.#at(), event });
  }

  #at(): number {
    return Math.round((this.#time.now() - this.#startedAt) * 1000) / 1000;
  }

  #line(line: RecordingLine): void {
    if (!this.#closed) this.#write(`${JSON.stringify(line)}\n`);
  }
}

function report({ source, down }: Recorded): NodeReport {
  return down === undefined
    ? { node: source.name, ok: true, snapshot: source.snapshot() }
    : { node: source.name, ok: false, error: down };
}

/** Without what runs on by itself: countdowns, round trips, and the sentence that names them. */
function lastingPart(explanation: PeerExplanationSnapshot): string {
  const { dial, connection } = explanation;
  return JSON.stringify({
    ...explanation,
    summary: '',
    dial: { ...dial, dueInMs: dial.dueInMs !== null },
    connection: connection && { ...connection, roundTripMs: null },
  });
}

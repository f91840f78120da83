import type { NodeEvent } from '../src/model/event.js';
import type { PeerExplanationSnapshot } from '../src/model/explanation.js';
import type { RecordingHeader, RecordingLine } from '../src/model/recording.js';
import type { NodeReport } from '../src/model/snapshot.js';

interface Timed {
  readonly at: number;
}

/** A sample as it is kept: its text, which is a tenth of what it would be as objects. */
interface KeptSample extends Timed {
  readonly text: string;
}

/** How the recorder writes samples: seen without parsing them. */
const SAMPLE = /^\{"type":"sample","at":([\d.]+),/;

/** A recording in memory, in the order of time. */
export class Recording {
  header: RecordingHeader | undefined;
  durationMs = 0;
  readonly samples: KeptSample[] = [];
  readonly events: (Timed & { readonly event: NodeEvent })[] = [];
  readonly notes: (Timed & { readonly text: string })[] = [];
  readonly #explanations = new Map<string, (Timed & { readonly explanation: PeerExplanationSnapshot })[]>();

  /** Takes in a line. Lines of other types are for later versions. */
  add(text: string): void {
    const sampled = SAMPLE.exec(text)?.[1];
    if (sampled !== undefined) return this.#addSample(Number(sampled), text);
    const line = JSON.parse(text) as RecordingLine;
    if (line.type === 'header') {
      this.header = line;
      return;
    }
    this.durationMs = line.at;
    if (line.type === 'sample') this.#addSample(line.at, text);
    else if (line.type === 'event') this.events.push(line);
    else if (line.type === 'note') this.notes.push(line);
    else if (line.type === 'explanation') {
      const { peerId } = line.explanation;
      const known = this.#explanations.get(peerId);
      if (known === undefined) this.#explanations.set(peerId, [line]);
      else known.push(line);
    }
  }

  /** What all nodes told in a sample. */
  nodesOf(index: number): NodeReport[] {
    const { text } = this.samples[index] as KeptSample;
    return (JSON.parse(text) as { nodes: NodeReport[] }).nodes;
  }

  /** What was last said about a peer by then, by every node on every network or by one node, with its time. */
  explain(peerId: string, node: string, at: number): (Timed & { explanation: PeerExplanationSnapshot })[] {
    const latest = new Map<string, Timed & { readonly explanation: PeerExplanationSnapshot }>();
    for (const one of this.#explanations.get(peerId) ?? []) {
      if (one.at > at) break;
      const { explanation } = one;
      if (node === '' || explanation.node === node)
        latest.set(`${explanation.node} ${explanation.network}`, one);
    }
    return [...latest.values()];
  }

  #addSample(at: number, text: string): void {
    this.durationMs = at;
    this.samples.push({ at, text });
  }
}

/** How many of `list` are at `at` or before. */
export function countUntil(list: readonly Timed[], at: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as Timed).at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { errorCode, isDiemNetError, withTimeout, type TimeService } from '@diemnet/types';
import { InspectorError } from '../errors.js';
import type { PeerExplanationSnapshot } from '../model/explanation.js';
import type { NodeReport, NodeSnapshot } from '../model/snapshot.js';
import type { InspectorSource } from '../source.js';

interface Entry {
  readonly source: InspectorSource;
  latest: { readonly at: number; readonly report: Promise<NodeReport> } | undefined;
}

/** `validator-10` comes after `validator-9`. */
const byName = new Intl.Collator('en', { numeric: true });
/** However many ask, a node is looked at only so often. */
const FRESH_FOR_MS = 250;
/** A node that does not answer must not hold up the others. */
const ANSWER_TIMEOUT_MS = 3000;

/** The nodes that a server tells about. */
export class SourceTable {
  readonly #time: TimeService;
  /** In the order of their names. */
  #entries = new Map<string, Entry>();

  constructor(time: TimeService) {
    this.#time = time;
  }

  /** @throws InspectorError `ERR_INVALID_OPTION` if the name is taken */
  add(source: InspectorSource): void {
    if (this.#entries.has(source.name)) {
      throw new InspectorError('ERR_INVALID_OPTION', `there is a source "${source.name}" already`);
    }
    this.#entries.set(source.name, { source, latest: undefined });
    const ordered = [...this.#entries].sort(([a], [b]) => byName.compare(a, b));
    this.#entries = new Map(ordered);
  }

  delete(source: InspectorSource): void {
    if (this.#entries.get(source.name)?.source === source) this.#entries.delete(source.name);
  }

  get(name: string): InspectorSource | undefined {
    return this.#entries.get(name)?.source;
  }

  /** All nodes, or the one of this name. */
  reports(name?: string | null): Promise<NodeReport[]> {
    const entries = this.#chosen(name);
    return Promise.all(entries.map((entry) => this.#report(entry)));
  }

  /** What every node, or the one of this name, says about a peer. Nodes that cannot be asked are left out. */
  async explain(peerId: string, name?: string | null): Promise<PeerExplanationSnapshot[]> {
    const answers = await Promise.allSettled(
      this.#chosen(name).map(({ source }) => this.#inTime(async () => source.explain(peerId))),
    );
    const good = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const [failed] = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as unknown] : [],
    );
    if (good.length === 0 && failed !== undefined) {
      throw new InspectorError('ERR_SOURCE_UNAVAILABLE', describe(failed), { cause: failed });
    }
    return good;
  }

  #chosen(name: string | null | undefined): Entry[] {
    const entries = [...this.#entries.values()];
    return name === null || name === undefined
      ? entries
      : entries.filter(({ source }) => source.name === name);
  }

  #report(entry: Entry): Promise<NodeReport> {
    const now = this.#time.now();
    if (entry.latest === undefined || now - entry.latest.at >= FRESH_FOR_MS) {
      entry.latest = { at: now, report: this.#look(entry.source) };
    }
    return entry.latest.report;
  }

  async #look(source: InspectorSource): Promise<NodeReport> {
    try {
      const snapshot: NodeSnapshot = await this.#inTime(async () => source.snapshot());
      return { node: source.name, ok: true, snapshot };
    } catch (error) {
      return { node: source.name, ok: false, error: describe(error) };
    }
  }

  #inTime<T>(ask: () => Promise<T>): Promise<T> {
    return withTimeout(this.#time, ANSWER_TIMEOUT_MS, ask);
  }
}

/** Errors of ours say nothing secret; of others only the code is told. */
function describe(error: unknown): string {
  return isDiemNetError(error) ? error.message : errorCode(error);
}

/** What happened, as far as the trace goes. */
export type TraceKind =
  | 'dial'
  | 'accept'
  | 'refused'
  | 'connected'
  | 'data'
  | 'end'
  | 'reset'
  | 'closed'
  | 'peer'
  | 'node'
  | 'link'
  | 'note';

/** One thing that happened. */
export interface TraceEntry {
  /** Virtual milliseconds. */
  at: number;
  kind: TraceKind;
  /** Connection, node or link. */
  subject: string;
  /** Bytes, for `data`; else whatever `text` says. */
  size: number;
  text: string;
}

/** How much a trace keeps. */
export interface TraceOptions {
  /** Latest entries kept for the message of a failure. @default 60 */
  readonly keep?: number;
  /** Is given the line of every entry, to keep a whole trace. Costs more than all the rest. @default nobody */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Is given every entry, which is used again: copy what is to be kept. @default nobody */
  readonly onEntry?: ((entry: Readonly<TraceEntry>) => void) | undefined;
}

/**
 * Everything observable that happens in a simulation, in order: as a digest over all of it, bytes included, and as the
 * latest lines. Two runs with the same digest did the same.
 */
export class Trace {
  readonly #ring: TraceEntry[];
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #onEntry: ((entry: Readonly<TraceEntry>) => void) | undefined;
  readonly #number = new Float64Array(1);
  readonly #numberBytes = new Uint8Array(this.#number.buffer);
  #count = 0;
  #high = 0x811c9dc5;
  #low = 0x1b873593;

  constructor({ keep = 60, onLine, onEntry }: TraceOptions = {}) {
    this.#ring = Array.from({ length: Math.max(1, keep) }, () => ({
      at: 0,
      kind: 'note',
      subject: '',
      size: 0,
      text: '',
    }));
    this.#onLine = onLine;
    this.#onEntry = onEntry;
  }

  /** Entries so far. */
  get count(): number {
    return this.#count;
  }

  /** 16 hexadecimal digits over all entries so far. */
  get digest(): string {
    return hex(this.#high) + hex(this.#low);
  }

  /** Adds an entry. `bytes` go into the digest only. */
  add(at: number, kind: TraceKind, subject: string, text = '', bytes?: Uint8Array): void {
    const entry = this.#ring[this.#count % this.#ring.length] as TraceEntry;
    this.#count++;
    entry.at = at;
    entry.kind = kind;
    entry.subject = subject;
    entry.size = bytes?.length ?? 0;
    entry.text = text;
    this.#number[0] = at;
    this.#mixBytes(this.#numberBytes);
    this.#mixText(kind);
    this.#mixText(subject);
    this.#mixText(text);
    if (bytes !== undefined) this.#mixBytes(bytes);
    if (this.#onLine !== undefined) this.#onLine(formatEntry(entry));
    this.#onEntry?.(entry);
  }

  /** The latest entries as lines, oldest first. */
  lastLines(): string[] {
    const kept = Math.min(this.#count, this.#ring.length);
    return Array.from({ length: kept }, (_, i) =>
      formatEntry(this.#ring[(this.#count - kept + i) % this.#ring.length] as TraceEntry),
    );
  }

  #mixBytes(bytes: Uint8Array): void {
    let high = this.#high;
    let low = this.#low ^ bytes.length;
    for (let i = 0; i < bytes.length; i++) {
      high = Math.imul(high ^ (bytes[i] as number), 0x01000193);
      low = Math.imul(low + (bytes[i] as number), 0x85ebca6b) ^ (low >>> 15);
    }
    this.#high = high;
    this.#low = low ^ (high >>> 7);
  }

  #mixText(text: string): void {
    let high = this.#high;
    let low = this.#low ^ text.length;
    for (let i = 0; i < text.length; i++) {
      high = Math.imul(high ^ text.charCodeAt(i), 0x01000193);
      low = Math.imul(low + text.charCodeAt(i), 0x85ebca6b) ^ (low >>> 15);
    }
    this.#high = high;
    this.#low = low ^ (high >>> 7);
  }
}

function formatEntry({ at, kind, subject, size, text }: TraceEntry): string {
  const bytes = size > 0 ? ` ${size} bytes` : '';
  return `${(at / 1000).toFixed(6).padStart(12)} ${kind.padEnd(9)} ${subject}${bytes}${text === '' ? '' : ` ${text}`}`;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

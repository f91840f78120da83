import { MAX_HEADER_BYTES } from '@diemnet/wire';
import type { OutboundMessage } from './outbound-message.js';

/** Payloads up to this size are copied next to their headers: cheaper than a chunk of their own. */
const COPY_BYTES = 1024;
const SLAB_BYTES = 16 * 1024;

/**
 * Collects messages into the chunks of one write. Headers and small payloads share a slab, large payloads are
 * views; a message that does not fit is cut, and its rest opens the next batch.
 *
 *   slab:    [h1 p1 h2 p2 h3]           [h4 p4 ...
 *   chunks:   `-- one view --'  p3 view  `-- one view
 *
 * The socket owns what it was given, so a slab is never written twice: it is used up and replaced.
 */
export class WriteBatch {
  readonly #maxBytes: number;
  #slab = new Uint8Array(0);
  #slabAt = 0;
  /** Start of the part of the slab that is in no chunk yet. */
  #slabFrom = 0;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Rest of a message whose beginning is in a batch already. */
  #rest: Uint8Array | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get full(): boolean {
    return this.#bytes >= this.#maxBytes;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Bytes of a begun message that are in no batch yet. */
  get restBytes(): number {
    return this.#rest?.length ?? 0;
  }

  /** Adds what is left of a message that was begun; true if there was something. */
  addRest(): boolean {
    const rest = this.#rest;
    if (rest === undefined) return false;
    this.#rest = undefined;
    this.#addView(rest);
    return true;
  }

  add(message: OutboundMessage): void {
    const payload = message.payload;
    const fits = this.#bytes + message.frameBytes <= this.#maxBytes;
    const copied = fits && payload.length <= COPY_BYTES;
    this.#reserve(MAX_HEADER_BYTES + (copied ? payload.length : 0));
    const start = this.#slabAt;
    this.#slabAt = message.writeHeader(this.#slab, start);
    if (copied) {
      copyBytes(payload, this.#slab, this.#slabAt);
      this.#slabAt += payload.length;
    }
    this.#bytes += this.#slabAt - start;
    if (!copied) this.#addView(payload);
  }

  /** The chunks of this batch; a new batch begins. */
  take(): Uint8Array[] {
    this.#closeSlabPart();
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    return chunks;
  }

  #addView(view: Uint8Array): void {
    this.#closeSlabPart();
    // At least one byte, so that headers alone can never fill a batch for ever.
    const room = Math.max(1, this.#maxBytes - this.#bytes);
    if (view.length > room) {
      this.#chunks.push(view.subarray(0, room));
      this.#rest = view.subarray(room);
      this.#bytes += room;
    } else {
      this.#chunks.push(view);
      this.#bytes += view.length;
    }
  }

  #reserve(bytes: number): void {
    if (this.#slab.length - this.#slabAt >= bytes) return;
    this.#closeSlabPart();
    this.#slab = new Uint8Array(SLAB_BYTES);
    this.#slabAt = 0;
    this.#slabFrom = 0;
  }

  #closeSlabPart(): void {
    if (this.#slabAt === this.#slabFrom) return;
    this.#chunks.push(this.#slab.subarray(this.#slabFrom, this.#slabAt));
    this.#slabFrom = this.#slabAt;
  }
}

function copyBytes(source: Uint8Array, target: Uint8Array, at: number): void {
  // A call to set() costs more than a short loop.
  if (source.length > 32) target.set(source, at);
  else for (let i = 0; i < source.length; i++) target[at + i] = source[i] as number;
}

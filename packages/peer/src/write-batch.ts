import { MAX_HEADER_BYTES } from '@diemnet/wire';
import type { OutboundMessage } from './outbound-message.js';
import { WriteSlab } from './write-slab.js';

/** Payloads up to this size are copied next to their headers: cheaper than a chunk of their own. */
const COPY_BYTES = 1024;
/**
 * Collects messages into the chunks of one write. Headers and small payloads share a slab, large payloads are
 * views; a message that does not fit is cut, and its rest opens the next batch.
 *
 *   slab:    [h1 p1 h2 p2 h3]           [h4 p4 ...
 *   chunks:   `-- one view --'  p3 view  `-- one view
 *
 * Filling and taking a batch is one synchronous step: nobody else writes to the shared slab in between.
 */
export class WriteBatch {
  readonly #maxBytes: number;
  readonly #slab: WriteSlab;
  /** Start of the part of the slab that is in no chunk yet; -1 if there is none. */
  #slabFrom = -1;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Rest of a message whose beginning is in a batch already. */
  #rest: Uint8Array | undefined;

  constructor(maxBytes: number, slab = new WriteSlab()) {
    this.#maxBytes = maxBytes;
    this.#slab = slab;
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
    const slab = this.#slab;
    const start = slab.at;
    slab.at = message.writeHeader(slab.bytes, start);
    if (copied) {
      copyBytes(payload, slab.bytes, slab.at);
      slab.at += payload.length;
    }
    this.#bytes += slab.at - start;
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
    if (!this.#slab.fits(bytes)) {
      this.#closeSlabPart();
      this.#slab.renew(bytes);
    }
    if (this.#slabFrom < 0) this.#slabFrom = this.#slab.at;
  }

  #closeSlabPart(): void {
    const { bytes, at } = this.#slab;
    if (this.#slabFrom >= 0 && at > this.#slabFrom) this.#chunks.push(bytes.subarray(this.#slabFrom, at));
    this.#slabFrom = -1;
  }
}

function copyBytes(source: Uint8Array, target: Uint8Array, at: number): void {
  // A call to set() costs more than a short loop.
  if (source.length > 32) target.set(source, at);
  else for (let i = 0; i < source.length; i++) target[at + i] = source[i] as number;
}

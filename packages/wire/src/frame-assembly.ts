import { releaseMemory } from '@diemnet/types';

/** Chunks from this size on are kept as they are until they are copied; smaller ones are collected in blocks. */
const KEEP_CHUNK_BYTES = 4096;
const FIRST_BLOCK_BYTES = 1024;
const MAX_BLOCK_BYTES = 64 * 1024;

/**
 * Puts together one frame whose bytes come in several chunks.
 *
 * Memory follows what has been received, never what a length announces: blocks grow with the bytes that are here,
 * and the frame is allocated as a whole only once half of it has come. What comes after that is copied at once, while
 * it is still in the processor's cache. Each byte is copied twice at most, so chunks of one byte cost no more than
 * linear time.
 */
export class FrameAssembly {
  readonly #length: number;
  readonly #ownChunks: boolean;
  /** What is here, until there is a frame. */
  #parts: Uint8Array[] = [];
  /** The block being filled, not in `#parts` yet. */
  #block: Uint8Array | undefined;
  #blockFill = 0;
  #frame: Uint8Array | undefined;
  #received = 0;

  /**
   * @param length bytes of the whole frame
   * @param ownChunks nobody else holds the stable chunks: once copied, their memory is given back
   */
  constructor(length: number, ownChunks = false) {
    this.#length = length;
    this.#ownChunks = ownChunks;
  }

  /** Bytes still missing. */
  get missing(): number {
    return this.#length - this.#received;
  }

  /** Bytes of memory held, for tests: bounded by twice what was received plus one block. */
  get heldBytes(): number {
    const whole = this.#frame ?? this.#block;
    return this.#parts.reduce((sum, part) => sum + part.length, whole?.length ?? 0);
  }

  /** Adds `chunk[start, end)`, which must not exceed what is missing. */
  add(chunk: Uint8Array, start: number, end: number, stable: boolean): void {
    const bytes = end - start;
    if (this.#frame !== undefined) {
      copy(chunk, start, bytes, this.#frame, this.#received);
      if (stable && this.#ownChunks && bytes === chunk.byteLength) releaseMemory([chunk]);
      this.#received += bytes;
      return;
    }
    if (stable && bytes >= KEEP_CHUNK_BYTES) {
      this.#closeBlock();
      this.#parts.push(new Uint8Array(chunk.buffer, chunk.byteOffset + start, bytes));
      this.#received += bytes;
    } else this.#collect(chunk, start, end);
    if (2 * this.#received >= this.#length && this.#received < this.#length) this.#allocate();
  }

  /** The whole frame, which belongs to the caller. */
  finish(): Uint8Array {
    if (this.#frame !== undefined) return this.#frame;
    this.#closeBlock();
    const [only] = this.#parts;
    return only !== undefined && this.#parts.length === 1 ? only : this.#allocate();
  }

  #collect(chunk: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end;) {
      const block = (this.#block ??= this.#newBlock(end - at));
      const count = Math.min(end - at, block.length - this.#blockFill);
      copy(chunk, at, count, block, this.#blockFill);
      at += count;
      this.#blockFill += count;
      this.#received += count;
      if (this.#blockFill === block.length) this.#closeBlock();
    }
  }

  #allocate(): Uint8Array {
    this.#closeBlock();
    const frame = unzeroed(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      frame.set(part, at);
      at += part.length;
    }
    if (this.#ownChunks) releaseMemory(this.#parts);
    this.#parts = [];
    return (this.#frame = frame);
  }

  #newBlock(pending: number): Uint8Array {
    const grown = Math.min(Math.max(this.#received, FIRST_BLOCK_BYTES), MAX_BLOCK_BYTES);
    return new Uint8Array(Math.min(this.missing, Math.max(grown, pending)));
  }

  #closeBlock(): void {
    const block = this.#block;
    if (block === undefined) return;
    this.#parts.push(this.#blockFill === block.length ? block : block.subarray(0, this.#blockFill));
    this.#block = undefined;
    this.#blockFill = 0;
  }
}

function copy(from: Uint8Array, start: number, count: number, to: Uint8Array, at: number): void {
  if (count < 16) for (let i = 0; i < count; i++) to[at + i] = from[start + i] as number;
  else to.set(from.subarray(start, start + count), at);
}

/** Memory that is written whole before anybody sees it: zeroing it first costs a sixth of putting a frame together. */
function unzeroed(bytes: number): Uint8Array {
  return typeof Buffer === 'function'
    ? new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer)
    : new Uint8Array(bytes);
}

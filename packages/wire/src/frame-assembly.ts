/** Chunks from this size on are kept as they are until the frame is complete; smaller ones are collected in blocks. */
const KEEP_CHUNK_BYTES = 4096;
const FIRST_BLOCK_BYTES = 1024;
const MAX_BLOCK_BYTES = 64 * 1024;

/**
 * Puts together one frame whose bytes come in several chunks.
 *
 * Memory follows what has been received, never what a length announces: blocks grow with the bytes that are here,
 * and the frame is allocated as a whole only once all of it has come. Each byte is copied twice at most, so
 * chunks of one byte cost no more than linear time.
 */
export class FrameAssembly {
  readonly #length: number;
  readonly #parts: Uint8Array[] = [];
  /** The block being filled, not in `#parts` yet. */
  #block: Uint8Array | undefined;
  #blockFill = 0;
  #received = 0;

  /** @param length bytes of the whole frame */
  constructor(length: number) {
    this.#length = length;
  }

  /** Bytes still missing. */
  get missing(): number {
    return this.#length - this.#received;
  }

  /** Bytes of memory held, for tests: bounded by what was received plus one block. */
  get heldBytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.length, this.#block?.length ?? 0);
  }

  /** Adds `chunk[start, end)`, which must not exceed what is missing. */
  add(chunk: Uint8Array, start: number, end: number, stable: boolean): void {
    if (stable && end - start >= KEEP_CHUNK_BYTES) {
      this.#closeBlock();
      this.#parts.push(new Uint8Array(chunk.buffer, chunk.byteOffset + start, end - start));
      this.#received += end - start;
      return;
    }
    for (let at = start; at < end;) {
      const block = (this.#block ??= this.#newBlock(end - at));
      const count = Math.min(end - at, block.length - this.#blockFill);
      if (count < 16) for (let i = 0; i < count; i++) block[this.#blockFill + i] = chunk[at + i] as number;
      else block.set(chunk.subarray(at, at + count), this.#blockFill);
      at += count;
      this.#blockFill += count;
      this.#received += count;
      if (this.#blockFill === block.length) this.#closeBlock();
    }
  }

  /** The whole frame, which belongs to the caller. */
  finish(): Uint8Array {
    this.#closeBlock();
    const [only] = this.#parts;
    if (only !== undefined && this.#parts.length === 1) return only;
    const frame = unzeroed(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      frame.set(part, at);
      at += part.length;
    }
    return frame;
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

/** Memory that is written whole before anybody sees it: zeroing it first costs a sixth of putting a frame together. */
function unzeroed(bytes: number): Uint8Array {
  return typeof Buffer === 'function'
    ? new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer)
    : new Uint8Array(bytes);
}

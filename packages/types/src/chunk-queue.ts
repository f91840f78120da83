/** Chunks taken off before the array is moved up, if they are at least half of it. */
const COMPACT_AFTER = 64;

/**
 * Bytes in order, for sockets: chunks come in, and go out whole or in pieces, without a copy. Taking costs the same
 * however long the queue is. Empty chunks are not kept.
 */
export class ChunkQueue {
  #chunks: (Uint8Array | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Chunks held; what is left of one that was taken from counts as one. */
  get length(): number {
    return this.#chunks.length - this.#head;
  }

  /** Keeps the chunk itself, not a copy. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** The next chunk, or a view of its first `maxBytes`; undefined if there is none, or `maxBytes` is 0. */
  take(maxBytes: number = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined || maxBytes <= 0) return undefined;
    if (chunk.length > maxBytes) {
      this.#chunks[this.#head] = chunk.subarray(maxBytes);
      this.#bytes -= maxBytes;
      return chunk.subarray(0, maxBytes);
    }
    // The slot is cleared at once, or a long queue would keep chunks alive that were taken long ago.
    this.#chunks[this.#head++] = undefined;
    this.#bytes -= chunk.length;
    if (this.#bytes === 0) this.clear();
    else if (this.#head >= COMPACT_AFTER && this.#head * 2 >= this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
    return chunk;
  }

  /** Drops everything. */
  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}

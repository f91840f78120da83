/** Chunks abandoned at the front before the array is moved up. */
const COMPACT_AFTER = 64;

/** Bytes in order, taken off in pieces without copying. */
export class ChunkBacklog {
  #chunks: Uint8Array[] = [];
  #head = 0;
  #bytes = 0;

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** The next piece, of at most `maxBytes`; undefined if there is none. */
  take(maxBytes: number): Uint8Array | undefined {
    const first = this.#chunks[this.#head];
    if (first === undefined || maxBytes <= 0) return undefined;
    if (first.length > maxBytes) {
      this.#chunks[this.#head] = first.subarray(maxBytes);
      this.#bytes -= maxBytes;
      return first.subarray(0, maxBytes);
    }
    this.#bytes -= first.length;
    this.#head++;
    if (this.#bytes === 0) this.clear();
    else if (this.#head === COMPACT_AFTER) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
    return first;
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}

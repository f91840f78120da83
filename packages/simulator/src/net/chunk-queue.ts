/** Chunks in order, of which one can take as many bytes as one likes. */
export class ChunkQueue {
  #chunks: (Uint8Array | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** The next chunk, or its first `maxBytes`. */
  take(maxBytes: number): Uint8Array | undefined {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return undefined;
    if (chunk.length > maxBytes) {
      this.#chunks[this.#head] = chunk.subarray(maxBytes);
      this.#bytes -= maxBytes;
      return chunk.subarray(0, maxBytes);
    }
    this.#chunks[this.#head++] = undefined;
    this.#bytes -= chunk.length;
    if (this.#head === this.#chunks.length) {
      this.#chunks = [];
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
    return chunk;
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}

/** Chunks in order, with their total size. Taking the first costs the same however long the queue is. */
export class ChunkQueue {
  #chunks: (Uint8Array | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  /** Sum of the sizes of all chunks. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Number of chunks. */
  get length(): number {
    return this.#chunks.length - this.#head;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  shift(): Uint8Array | undefined {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return undefined;
    // The slot is cleared at once, or a long queue would keep chunks alive that were taken long ago.
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

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

  /** The next bytes, as many as there are up to `maxBytes`, whatever chunks they came in. */
  takeMerged(maxBytes: number): Uint8Array {
    const length = Math.min(maxBytes, this.#bytes);
    const first = this.take(length) as Uint8Array;
    if (first.length === length) return first;
    const merged = new Uint8Array(length);
    merged.set(first);
    for (let at = first.length; at < length;) {
      const next = this.take(length - at) as Uint8Array;
      merged.set(next, at);
      at += next.length;
    }
    return merged;
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}

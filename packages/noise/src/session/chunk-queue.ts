/** Plaintext waiting to be sent: chunks in order, consumed from the front by any number of bytes. */
export class ChunkQueue {
  #chunks: Uint8Array[] = [];
  #head = 0;
  /** Bytes of the first chunk that were consumed. */
  #offset = 0;
  #bytes = 0;

  /** Bytes waiting. */
  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** A view of the first chunk, of at most `max` bytes. Empty only if nothing waits. */
  peek(max: number): Uint8Array {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return NO_BYTES;
    const end = Math.min(chunk.length, this.#offset + max);
    return this.#offset === 0 && end === chunk.length ? chunk : chunk.subarray(this.#offset, end);
  }

  /** Consumes `count` bytes of the first chunk, at most what is left of it. */
  skip(count: number): void {
    this.#offset += count;
    this.#bytes -= count;
    if (this.#offset < (this.#chunks[this.#head] as Uint8Array).length) return;
    this.#offset = 0;
    this.#head += 1;
    if (this.#bytes === 0) this.clear();
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#offset = 0;
    this.#bytes = 0;
  }
}

const NO_BYTES = new Uint8Array(0);

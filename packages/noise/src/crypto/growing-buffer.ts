const FIRST_BYTES = 512;
/** Above this the memory is given back once it was used: an idle connection keeps little. */
const KEPT_BYTES = 8192;
const NO_BYTES = new Uint8Array(0);

/**
 * Collects bytes that arrive in pieces. It grows with what has really arrived, not with what was announced:
 * a peer pays for memory with traffic.
 */
export class GrowingBuffer {
  #bytes = NO_BYTES;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(part: Uint8Array): void {
    const needed = this.#length + part.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(FIRST_BYTES, 2 * this.#bytes.length, needed));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(part, this.#length);
    this.#length = needed;
  }

  /** What was collected: a view, valid until the next call of `append` or `reset`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Starts over; what was collected is overwritten, since it may be plaintext. */
  reset(): void {
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = NO_BYTES;
    else this.#bytes.fill(0, 0, this.#length);
    this.#length = 0;
  }
}

const SLAB_BYTES = 16 * 1024;

/**
 * Memory for headers and small payloads on their way to a socket, handed out from the front and never twice: the
 * socket owns what it was given. All connections of a network share one, so that an idle connection holds none.
 */
export class WriteSlab {
  bytes = new Uint8Array(0);
  /** Where the unused part begins. */
  at = 0;

  fits(count: number): boolean {
    return this.bytes.length - this.at >= count;
  }

  /** Fresh memory, at least `count` bytes. */
  renew(count: number): void {
    this.bytes = new Uint8Array(Math.max(SLAB_BYTES, count));
    this.at = 0;
  }
}

/** How much native memory may become garbage before the young generation is to be collected, in bytes. */
const NATIVE_BYTES = 2 * 1024 * 1024;
/** What V8's young generation holds before it is collected, as long as little survives, in bytes. */
const HEAP_BYTES = 1024 * 1024;
/** Elements of eight bytes: an array that V8 still counts among the small ones. */
const ARRAY_LENGTH = 8000;

/**
 * Sees to it that the buffers of bulk traffic die in cheap collections.
 *
 * Each piece that `node:crypto` encrypts or decrypts comes in new memory outside V8's heap. V8 counts it, but
 * reclaims it only when it collects, and the few small objects of bulk traffic never fill the young generation. So
 * what collects in the end is the limit on outside memory, by marking the whole heap, every 10 MB or so: more than a
 * third of the processor time of receiving (docs/performance.md). Filling the young generation on purpose costs a
 * tenth of that, and then dead buffers are found without a look at the rest of the heap.
 */
export class YoungGeneration {
  readonly #fill: () => void;
  #nativeBytes = 0;

  /** @param fill fills the young generation with garbage */
  constructor(fill: () => void = fillWithGarbage) {
    this.#fill = fill;
  }

  /** To be told of memory outside the heap that was handed out and will soon be garbage, in bytes. */
  count(bytes: number): void {
    this.#nativeBytes += bytes;
    if (this.#nativeBytes < NATIVE_BYTES) return;
    this.#nativeBytes = 0;
    this.#fill();
  }
}

let latest: unknown[] | undefined;

function fillWithGarbage(): void {
  // Kept in a variable outside, or the compiler may see that nobody needs it and leave it out.
  for (let bytes = 0; bytes < HEAP_BYTES; bytes += 8 * ARRAY_LENGTH)
    latest = new Array<unknown>(ARRAY_LENGTH);
  if (latest !== undefined) latest = undefined;
}

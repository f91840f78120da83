/** How much native memory may become garbage before the young generation is to be collected, in bytes. */
const NATIVE_BYTES = 1024 * 1024;
/** How much garbage follows that much native memory, in bytes: measured, see decision 0009. */
const HEAP_BYTES = 512 * 1024;
/**
 * glibc's malloc gives the end of its heap back to the system as soon as 128 KiB of it are free. Once a block of its
 * own mapping was freed, up to 32 MiB, it takes that for a sign and keeps twice as much.
 */
const DROPPED_BYTES = 16 * 1024 * 1024;
/** Elements of eight bytes: an array that V8 still counts among the small ones. */
const ARRAY_LENGTH = 8000;

/** Garbage on its way. In a variable outside, or the compiler may see that nobody needs it and leave it out. */
let latest: unknown[] | undefined;

/**
 * Sees to it that the buffers of bulk traffic die in cheap collections.
 *
 * Each piece that `node:crypto` encrypts or decrypts comes in new memory outside V8's heap. V8 counts it, but
 * reclaims it only when it collects, and the few small objects of bulk traffic never fill the young generation. So
 * what collects in the end is the limit on outside memory, by marking the whole heap, every 10 MB or so: more than a
 * third of the processor time of receiving (docs/performance.md). Filling the young generation on purpose costs a
 * tenth of that, and then dead buffers are found without a look at the rest of the heap.
 *
 * Memory that is given back as soon as it is not needed (`releaseMemory`) leaves nothing to collect: only growth counts.
 *
 * What is freed is needed again at once. So that malloc does not give it back to the system, which then
 * has to map and zero it page by page once more, one large block is made and dropped before the first collection. It is
 * never written to, so it takes no memory; where malloc is another one than glibc's it changes nothing.
 */
export class YoungGeneration {
  readonly #fill: () => void;
  readonly #drop: (bytes: number) => void;
  readonly #held: () => number;
  #nativeBytes = 0;
  #lastHeld = 0;
  #dropped = false;

  /**
   * @param fill fills the young generation with garbage
   * @param drop makes a block of native memory of this size and drops it
   * @param held native memory that V8 knows of, in bytes
   */
  constructor(
    fill: () => void = fillWithGarbage,
    drop: (bytes: number) => void = dropNativeMemory,
    held: () => number = nativeMemory,
  ) {
    this.#fill = fill;
    this.#drop = drop;
    this.#held = held;
  }

  /** To be told of memory outside the heap that was handed out and will soon be garbage, in bytes. */
  count(bytes: number): void {
    this.#nativeBytes += bytes;
    if (this.#nativeBytes < NATIVE_BYTES) return;
    this.#nativeBytes = 0;
    if (!this.#dropped) {
      this.#dropped = true;
      this.#drop(DROPPED_BYTES);
    }
    const held = this.#held();
    const grown = held - this.#lastHeld;
    this.#lastHeld = held;
    if (grown >= NATIVE_BYTES / 4) this.#fill();
  }
}

function nativeMemory(): number {
  // A twentieth of the time of process.memoryUsage(), which asks the system as well.
  return globalThis.process?.getBuiltinModule?.('node:v8')?.getHeapStatistics().external_memory ?? 0;
}

function dropNativeMemory(bytes: number): void {
  try {
    latest = [new ArrayBuffer(bytes)];
  } catch {
    // A RangeError: there is no memory. Then this is not the time to insist.
  }
  latest = undefined;
}

function fillWithGarbage(): void {
  for (let bytes = 0; bytes < HEAP_BYTES; bytes += 8 * ARRAY_LENGTH)
    latest = new Array<unknown>(ARRAY_LENGTH);
  if (latest !== undefined) latest = undefined;
}

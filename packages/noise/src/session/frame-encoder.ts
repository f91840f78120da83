import { FRAME_HEADER_BYTES, MAX_FRAME_PLAINTEXT_BYTES, TAG_BYTES } from '../limits.js';
import type { ChunkQueue } from './chunk-queue.js';
import type { NoiseSession } from './noise-session.js';

/** Up to here header, ciphertext and tag are copied into one buffer: cheaper than three in the socket. */
const SINGLE_BUFFER_BYTES = 4096;
/** Smaller chunks are gathered before they are encrypted; larger ones are encrypted where they lie. */
const GATHERED_CHUNK_BYTES = 2048;
/** What is gathered at most at once. */
const MAX_SCRATCH_BYTES = 16 * 1024;
const NO_BYTES = new Uint8Array(0);

/**
 * Cuts and joins plaintext chunks into as few transport frames as possible (wire format 5) and encrypts them.
 * Frames have no borders above: messages share them and span them.
 */
export class FrameEncoder {
  readonly #session: NoiseSession;
  readonly #parts: Uint8Array[] = [];
  #scratch = NO_BYTES;

  constructor(session: NoiseSession) {
    this.#session = session;
  }

  /**
   * Takes `bytes` bytes out of `queue` and returns their frames: the buffers to write, in order, fresh memory.
   * @throws NoiseError `ERR_NOISE_SESSION_CLOSED`, `ERR_NOISE_NONCE_OVERFLOW`
   */
  encode(queue: ChunkQueue, bytes: number): Uint8Array[] {
    const out: Uint8Array[] = [];
    let previousTag: Uint8Array | undefined;
    for (let left = bytes; left > 0;) {
      const size = Math.min(left, MAX_FRAME_PLAINTEXT_BYTES);
      left -= size;
      this.#session.startSeal(size);
      if (size <= SINGLE_BUFFER_BYTES) {
        if (previousTag !== undefined) out.push(previousTag);
        previousTag = undefined;
        out.push(this.#sealSmall(queue, size));
      } else {
        pushHeader(out, previousTag, size);
        this.#sealLarge(queue, size, out);
        previousTag = this.#session.finishSeal();
      }
    }
    if (previousTag !== undefined) out.push(previousTag);
    return out;
  }

  /** A whole frame in one buffer. */
  #sealSmall(queue: ChunkQueue, size: number): Uint8Array {
    const parts = this.#parts;
    const first = queue.peek(size);
    if (first.length === size) {
      this.#session.updateSeal(first, parts);
      queue.skip(size);
    } else {
      this.#session.updateSeal(this.#gather(queue, size), parts);
    }
    parts.push(this.#session.finishSeal());
    const frame = allocate(FRAME_HEADER_BYTES + size + TAG_BYTES);
    writeHeader(frame, 0, size);
    let at = FRAME_HEADER_BYTES;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as Uint8Array;
      frame.set(part, at);
      at += part.length;
    }
    parts.length = 0;
    return frame;
  }

  /** The ciphertext of a frame, from large chunks without a copy and from small ones by gathering them. */
  #sealLarge(queue: ChunkQueue, size: number, out: Uint8Array[]): void {
    for (let left = size; left > 0;) {
      const chunk = queue.peek(left);
      let part = chunk;
      if (chunk.length >= GATHERED_CHUNK_BYTES) queue.skip(chunk.length);
      else part = this.#gather(queue, left);
      this.#session.updateSeal(part, out);
      left -= part.length;
    }
  }

  /** Copies chunks from the front until `max` bytes, the scratch memory's end, or a chunk worth its own call. */
  #gather(queue: ChunkQueue, max: number): Uint8Array {
    const limit = Math.min(max, MAX_SCRATCH_BYTES);
    if (this.#scratch.length < limit) this.#scratch = new Uint8Array(scratchSize(limit));
    const scratch = this.#scratch;
    const mixed = max > SINGLE_BUFFER_BYTES;
    let fill = 0;
    while (fill < limit) {
      const chunk = queue.peek(limit - fill);
      if (mixed && fill > 0 && chunk.length >= GATHERED_CHUNK_BYTES) break;
      scratch.set(chunk, fill);
      fill += chunk.length;
      queue.skip(chunk.length);
    }
    return scratch.subarray(0, fill);
  }
}

/**
 * Memory that will be written whole. Zeroed memory beyond 64 bytes costs V8 half a microsecond and more; Node's pool
 * for small Buffers a tenth of that.
 */
function allocate(bytes: number): Uint8Array {
  return typeof Buffer === 'function' ? Buffer.allocUnsafe(bytes) : new Uint8Array(bytes);
}

/** Powers of two: connections that send little keep little. */
function scratchSize(needed: number): number {
  let size = 512;
  while (size < needed) size *= 2;
  return size;
}

/** Puts the tag of the frame before and the header of the next into one buffer: fewer pieces for the socket. */
function pushHeader(out: Uint8Array[], previousTag: Uint8Array | undefined, size: number): void {
  if (previousTag !== undefined && previousTag.length !== TAG_BYTES) {
    out.push(previousTag);
    previousTag = undefined;
  }
  const at = previousTag === undefined ? 0 : TAG_BYTES;
  const joint = new Uint8Array(at + FRAME_HEADER_BYTES);
  if (previousTag !== undefined) joint.set(previousTag);
  writeHeader(joint, at, size);
  out.push(joint);
}

function writeHeader(target: Uint8Array, at: number, plaintextBytes: number): void {
  const length = plaintextBytes + TAG_BYTES;
  target[at] = length >>> 8;
  target[at + 1] = length & 0xff;
}

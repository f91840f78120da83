import type { Socket } from '@diemnet/types';
import { MAX_FRAME_PLAINTEXT_BYTES } from '../limits.js';
import type { ResolvedNoiseStreamOptions } from '../options.js';
import { ChunkQueue } from '../session/chunk-queue.js';
import { FrameEncoder } from '../session/frame-encoder.js';
import type { NoiseSession } from '../session/noise-session.js';

/** What a request or an answer takes. */
const LONE_MESSAGE_BYTES = 4096;
/** A connection that says hello and is silent then prepares for nothing. */
const FIRST_MESSAGES = 8;

/**
 * The sending half of a NoiseStream. Plaintext is collected and leaves as frames
 * - at once, as far as it fills frames;
 * - at the end of the turn, if `autoFlush` is on;
 * - on `flush` and `end`.
 * While the inner socket is full nothing but `flush` and `end` hands it more: what waits meanwhile shares frames.
 */
export class OutboundFlow {
  readonly #inner: Socket;
  readonly #session: NoiseSession;
  readonly #encoder: FrameEncoder;
  readonly #options: ResolvedNoiseStreamOptions;
  readonly #onFailure: (error: Error) => void;
  readonly #queue = new ChunkQueue();
  readonly #runDeferred = () => this.#deferredFlush();
  #flushDue = false;
  /** The inner socket asked us to wait. */
  #blocked = false;
  /** We asked our user to wait. */
  #owesDrain = false;
  #ended = false;
  #loneMessages = 0;

  constructor(
    inner: Socket,
    session: NoiseSession,
    options: ResolvedNoiseStreamOptions,
    onFailure: (error: Error) => void,
  ) {
    this.#inner = inner;
    this.#session = session;
    this.#encoder = new FrameEncoder(session);
    this.#options = options;
    this.#onFailure = onFailure;
  }

  /** Plaintext bytes that wait here. */
  get pendingBytes(): number {
    return this.#queue.bytes;
  }

  /** True after `end` or `discard`. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes a chunk without sending anything; follow with `advance`. */
  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#queue.push(chunk);
  }

  /** Sends what is to go out now and sees to the rest. False if the user should wait for a drain. */
  advance(): boolean {
    if (!this.#blocked) this.#sendFullFrames();
    if (this.#queue.bytes > 0 && this.#options.autoFlush && !this.#flushDue && !this.#blocked) {
      this.#flushDue = true;
      this.#options.defer(this.#runDeferred);
    }
    if (this.#blocked) this.#owesDrain = true;
    return !this.#blocked;
  }

  /** Sends everything that waits. */
  flush(): void {
    if (this.#queue.bytes > 0) this.#send(this.#queue.bytes);
  }

  /** Sends everything that waits and ends our direction of the inner socket. */
  end(): void {
    if (this.#ended) return;
    this.flush();
    this.#ended = true;
    this.#owesDrain = false;
    if (!this.#inner.closed) this.#inner.end();
  }

  /** The inner socket has room again. True if the user waits for that and there still is. */
  innerDrained(): boolean {
    this.#blocked = false;
    if (this.#options.autoFlush) this.flush();
    else this.#sendFullFrames();
    if (this.#blocked || !this.#owesDrain) return false;
    this.#owesDrain = false;
    return true;
  }

  /** Drops what waits; nothing is sent any more. */
  discard(): void {
    this.#ended = true;
    this.#owesDrain = false;
    this.#queue.clear();
  }

  #deferredFlush(): void {
    this.#flushDue = false;
    if (!this.#blocked) this.flush();
  }

  #sendFullFrames(): void {
    const bytes = this.#queue.bytes - (this.#queue.bytes % MAX_FRAME_PLAINTEXT_BYTES);
    if (bytes > 0) this.#send(bytes);
  }

  #send(bytes: number): void {
    try {
      const frames = this.#encoder.encode(this.#queue, bytes);
      const writable = this.#inner.writeAndRelease?.(frames) ?? this.#inner.writeMany(frames);
      if (!writable) this.#blocked = true;
      if (bytes <= LONE_MESSAGE_BYTES) this.#prepare();
    } catch (error) {
      // Out of nonces, or the inner socket closed and has yet to tell us.
      this.discard();
      this.#onFailure(error as Error);
    }
  }

  /** Uses the time in which the remote works on what it got. */
  #prepare(): void {
    if (this.#loneMessages < FIRST_MESSAGES) this.#loneMessages++;
    else this.#session.prepare();
  }
}

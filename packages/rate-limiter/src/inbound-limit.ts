import { ChunkQueue, type Socket, type SocketHandler } from '@diemnet/types';
import type { TokenSource, TokenWaiter } from './token-source.js';

/** What the inbound half tells the socket it belongs to. */
export interface InboundEvents {
  onInnerDrain(): void;
  onGone(): void;
}

/**
 * The receiving half of a rate-limited socket. Bytes without a token wait here, at most what the inner socket gave
 * in one call, and the inner socket is paused: the remote feels it.
 *
 * ```
 *   inner --onData--> [tokens?] --yes--> handler
 *     ^                  | no
 *     '---- pause ---- backlog --tokens--> handler, then resume the inner socket
 * ```
 */
export class InboundLimit implements SocketHandler, TokenWaiter {
  readonly #inner: Socket;
  readonly #bucket: TokenSource;
  readonly #events: InboundEvents;
  readonly #backlog = new ChunkQueue();
  #handler: SocketHandler | undefined;
  /** Tokens that the bucket still owes us. */
  #awaited = 0;
  #paused = false;
  #ended = false;
  #endDelivered = false;
  #innerClosed: { readonly error: Error | undefined } | undefined;
  #abandoned = false;
  #gone = false;

  constructor(inner: Socket, bucket: TokenSource, events: InboundEvents) {
    this.#inner = inner;
    this.#bucket = bucket;
    this.#events = events;
  }

  get gone(): boolean {
    return this.#gone;
  }

  setHandler(handler: SocketHandler): void {
    const first = this.#handler === undefined;
    this.#handler = handler;
    if (first) this.#inner.setHandler(this);
  }

  pause(): void {
    this.#paused = true;
    this.#inner.pause();
    this.#stopWaiting();
  }

  resume(): void {
    const wasPaused = this.#paused;
    this.#paused = false;
    if (this.#backlog.bytes === 0 && !this.#ended && this.#innerClosed === undefined) this.#inner.resume();
    // Not from within: a handler that resumes in onData would be called while it is being called.
    else if (wasPaused) queueMicrotask(() => this.#guarded(() => this.#pump()));
  }

  /** Forgets what waits. The close follows from the inner socket, or if that is closed already, from here. */
  abandon(error: Error | undefined): void {
    this.#abandoned = true;
    this.#stopWaiting();
    this.#backlog.clear();
    if (this.#innerClosed !== undefined) queueMicrotask(() => this.#finish(error));
  }

  onData(chunk: Uint8Array): void {
    if (this.#paused || this.#backlog.bytes > 0) {
      // A socket may deliver once more after it was paused.
      this.#hold(chunk);
      if (!this.#paused) this.#pump();
      return;
    }
    const granted = this.#bucket.acquireOrWait(chunk.length, this);
    if (granted < chunk.length) {
      this.#awaited += chunk.length - granted;
      this.#hold(granted === 0 ? chunk : chunk.subarray(granted));
      if (granted > 0) this.#handler?.onData(chunk.subarray(0, granted));
    } else {
      this.#handler?.onData(chunk);
    }
  }

  onTokens(granted: number): void {
    this.#awaited -= granted;
    this.#guarded(() => {
      this.#deliver(granted);
      this.#settle();
    });
  }

  onEnd(): void {
    this.#ended = true;
    this.#settle();
  }

  onDrain(): void {
    this.#events.onInnerDrain();
  }

  onClose(error: Error | undefined): void {
    this.#innerClosed = { error };
    // An orderly close comes after the bytes and the end before it; a broken connection does not wait for them.
    const held = this.#backlog.bytes > 0 || (this.#ended && !this.#endDelivered);
    if (error !== undefined || !held || this.#abandoned) this.#finish(error);
  }

  #hold(chunk: Uint8Array): void {
    this.#inner.pause();
    this.#backlog.push(this.#inner.stableChunks ? chunk : new Uint8Array(chunk));
  }

  /** Asks for tokens for whatever has none under way, and delivers what comes at once. */
  #pump(): void {
    if (this.#paused || this.#abandoned || this.#gone) return;
    const unasked = this.#backlog.bytes - this.#awaited;
    if (unasked > 0) {
      const granted = this.#bucket.acquireOrWait(unasked, this);
      this.#awaited += unasked - granted;
      this.#deliver(granted);
    }
    this.#settle();
  }

  /** Delivers up to `tokens` bytes. Tokens go back if the handler pauses or the socket goes meanwhile. */
  #deliver(tokens: number): void {
    let left = tokens;
    while (left > 0 && !this.#paused && !this.#abandoned && !this.#gone) {
      const piece = this.#backlog.take(left);
      if (piece === undefined) break;
      left -= piece.length;
      this.#handler?.onData(piece);
    }
    if (left > 0) this.#bucket.return(left);
  }

  /** When nothing waits any more: the end and the close that were held back, or more data. */
  #settle(): void {
    if (this.#backlog.bytes > 0 || this.#paused || this.#abandoned || this.#gone) return;
    if (this.#ended && !this.#endDelivered) {
      this.#endDelivered = true;
      this.#handler?.onEnd();
    }
    if (this.#innerClosed !== undefined) this.#finish(this.#innerClosed.error);
    else if (!this.#paused && !this.#ended) this.#inner.resume();
  }

  #finish(error: Error | undefined): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#stopWaiting();
    this.#backlog.clear();
    this.#events.onGone();
    this.#handler?.onClose(error);
  }

  #stopWaiting(): void {
    this.#awaited = 0;
    this.#bucket.cancel(this);
  }

  /** Called from a timer there is nobody above who would destroy the socket of a handler that throws. */
  #guarded(deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      this.#inner.destroy(error as Error);
    }
  }
}

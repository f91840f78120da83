import type { Socket, SocketHandler } from '@diemnet/types';
import { NoiseError } from '../errors.js';
import { FrameDecoder } from '../session/frame-decoder.js';
import type { NoiseSession } from '../session/noise-session.js';

/** What the receiving half of a NoiseStream tells the stream. */
export interface InboundEvents {
  /** The inner socket has room again. */
  onInnerDrain(): void;
  /** A frame was refused, or the stream broke off inside one: the stream must fail. */
  onInvalidStream(error: NoiseError): void;
  /** The handler threw: the stream must be destroyed. */
  onHandlerError(error: Error): void;
  /** The inner socket closed. */
  onInnerClose(): void;
}

/**
 * The receiving half of a NoiseStream: decrypts what the inner socket gives and hands it on. Data, end and close
 * reach the handler in this order; what was decrypted and cannot be handed on yet (no handler, paused) is held, and
 * the inner socket paused, so that no more than one of its chunks is held.
 */
export class InboundFlow implements SocketHandler {
  readonly #inner: Socket;
  readonly #decoder: FrameDecoder;
  readonly #events: InboundEvents;
  readonly #defer: (callback: () => void) => void;
  readonly #runTurn = () => this.#turn();
  #handler: SocketHandler | undefined;
  #held: Uint8Array[] = [];
  #paused = false;
  #turnDue = false;
  /** The remote ended its direction, at a frame border. */
  #ended = false;
  #endDelivered = false;
  #closing: { readonly error: Error | undefined } | undefined;
  #innerClosed = false;
  #closeDelivered = false;

  constructor(
    inner: Socket,
    session: NoiseSession,
    events: InboundEvents,
    defer: (callback: () => void) => void,
  ) {
    this.#inner = inner;
    this.#decoder = new FrameDecoder(session, (plaintext) => this.#onPlaintext(plaintext));
    this.#events = events;
    this.#defer = defer;
  }

  /** True once the stream is over, also if the handler has not heard of it yet. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
    this.#wake();
  }

  pause(): void {
    this.#paused = true;
    this.#inner.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#wake();
  }

  /** Destroyed on our side: what is held is dropped, close follows. */
  destroy(error: Error | undefined): void {
    if (this.#closing?.error !== undefined) return;
    this.#closing = { error };
    this.#held = [];
    this.#endDelivered = true;
    if (this.#innerClosed) this.#wake();
    else if (error === undefined) this.#inner.destroy();
    else this.#inner.destroy(error);
  }

  /** What came last is not valid: close follows what was valid before it, unless the handler paused. */
  fail(error: Error): void {
    if (this.#closing !== undefined) return;
    this.#closing = { error };
    this.#inner.destroy(error);
  }

  onData(chunk: Uint8Array): void {
    if (this.#closing !== undefined) return;
    const error = this.#decoder.push(chunk);
    if (error !== undefined) this.#events.onInvalidStream(error);
    else if (this.#handler === undefined || this.#paused) this.#inner.pause();
  }

  onEnd(): void {
    if (this.#closing !== undefined || this.#ended) return;
    const error = this.#decoder.end();
    if (error !== undefined) return this.#events.onInvalidStream(error);
    this.#ended = true;
    if (this.#flowing()) this.#deliverEnd();
  }

  onDrain(): void {
    if (this.#closing === undefined) this.#events.onInnerDrain();
  }

  onClose(error: Error | undefined): void {
    this.#innerClosed = true;
    // A socket that closes in order, inside a frame, was cut off all the same.
    this.#closing ??= { error: error ?? (this.#ended ? undefined : this.#decoder.end()) };
    this.#events.onInnerClose();
    if (this.#handler === undefined || this.#turnDue) return;
    // Close is delivered even while paused: an orderly one waits for what is held, a failure drops it.
    if (this.#held.length > 0 && this.#closing.error === undefined) return;
    this.#held = [];
    this.#deliverEnd();
    this.#deliverClose();
  }

  /** Tells the handler that it may write again. */
  drained(): void {
    try {
      this.#handler?.onDrain();
    } catch (thrown) {
      this.#handlerFailed(thrown);
    }
  }

  #flowing(): boolean {
    return this.#handler !== undefined && !this.#paused && !this.#turnDue && this.#held.length === 0;
  }

  #wake(): void {
    if (this.#turnDue || this.#handler === undefined || this.#closeDelivered) return;
    this.#turnDue = true;
    this.#defer(this.#runTurn);
  }

  /** After a new handler or `resume`: what is held, then what follows it, then the inner socket again. */
  #turn(): void {
    this.#turnDue = false;
    let taken = 0;
    while (!this.#paused && taken < this.#held.length) this.#emit(this.#held[taken++] as Uint8Array);
    if (taken > 0) this.#held = this.#held.slice(taken);
    if (this.#held.length > 0 && this.#closing?.error === undefined) return;
    this.#held = [];
    this.#deliverEnd();
    if (this.#closing !== undefined) {
      if (this.#innerClosed) this.#deliverClose();
    } else if (!this.#paused) {
      this.#inner.resume();
    }
  }

  #onPlaintext(plaintext: Uint8Array): void {
    if (this.#flowing()) this.#emit(plaintext);
    else this.#held.push(plaintext);
  }

  #emit(plaintext: Uint8Array): void {
    try {
      this.#handler?.onData(plaintext);
    } catch (thrown) {
      this.#handlerFailed(thrown);
    }
  }

  #deliverEnd(): void {
    if (!this.#ended || this.#endDelivered || this.#paused || this.#closing?.error !== undefined) return;
    this.#endDelivered = true;
    try {
      this.#handler?.onEnd();
    } catch (thrown) {
      this.#handlerFailed(thrown);
    }
  }

  #deliverClose(): void {
    if (this.#closeDelivered || this.#handler === undefined) return;
    this.#closeDelivered = true;
    try {
      this.#handler.onClose(this.#closing?.error);
    } catch {
      // Nothing is left that could be taken away from a defective handler.
    }
  }

  #handlerFailed(thrown: unknown): void {
    const error =
      thrown instanceof Error
        ? thrown
        : new NoiseError('ERR_NOISE_HANDLER_FAILED', 'a handler of the stream threw', { cause: thrown });
    this.#events.onHandlerError(error);
  }
}

import type { RpcResponder } from '@diemnet/peer';
import type { Protocol } from './application.js';
import { encodeMessage } from './message-coding.js';

/** Answers one RPC, exactly once: with a message, with bytes, or not at all. */
export interface RpcReply<T> {
  /**
   * Sends `message`. False if nobody waits for it any more.
   * @throws NetworkError `ERR_ENCODE_FAILED`, which leaves the RPC open; PeerError `ERR_ALREADY_ANSWERED`,
   * `ERR_MESSAGE_TOO_LARGE`
   */
  respond(message: T): boolean;
  /** As {@link respond}, with a payload that is encoded already. */
  respondBytes(payload: Uint8Array): boolean;
  /** Sends nothing: the requester runs into its timeout. @throws PeerError `ERR_ALREADY_ANSWERED` */
  fail(error: unknown): void;
  /** True once an answer is pointless. */
  readonly closed: boolean;
  /** Aborts when an answer becomes pointless. */
  readonly signal: AbortSignal;
}

/** An {@link RpcReply} over the responder of a connection. */
export class ProtocolRpcReply<T> implements RpcReply<T> {
  readonly #responder: RpcResponder;
  readonly #protocol: Protocol<T>;

  constructor(responder: RpcResponder, protocol: Protocol<T>) {
    this.#responder = responder;
    this.#protocol = protocol;
  }

  respond(message: T): boolean {
    return this.#responder.respond(encodeMessage(this.#protocol, message));
  }

  respondBytes(payload: Uint8Array): boolean {
    return this.#responder.respond(payload);
  }

  fail(error: unknown): void {
    this.#responder.fail(error);
  }

  get closed(): boolean {
    return this.#responder.closed;
  }

  get signal(): AbortSignal {
    return this.#responder.signal;
  }
}

/** Answers one inbound RPC, exactly once. */
export interface RpcResponder {
  /**
   * Sends `payload` as the response. False if it cannot be sent any more (timed out, connection gone, queue full).
   * @throws PeerError `ERR_ALREADY_ANSWERED` the second time, `ERR_MESSAGE_TOO_LARGE` above the frame limit
   */
  respond(payload: Uint8Array): boolean;
  /** Gives up: nothing is sent, the request counts as failed. @throws PeerError `ERR_ALREADY_ANSWERED` */
  fail(error: unknown): void;
  /** True once an answer is pointless: answered, timed out, or connection gone. */
  readonly closed: boolean;
  /** Aborts when `closed` becomes true without an answer. Made on first use. */
  readonly signal: AbortSignal;
}

/**
 * Who listens to a {@link Socket}. An object rather than event listeners, since every byte of a node passes here.
 * A handler must not throw: what it throws is a defect, and destroys the socket.
 */
export interface SocketHandler {
  /**
   * Bytes arrived. Unless {@link Socket.stableChunks}, `chunk` belongs to the socket and is valid only during the
   * call: copy what you keep. Never change it.
   */
  onData(chunk: Uint8Array): void;
  /** The remote will send no more (half-close). Writing still works. */
  onEnd(): void;
  /** After `write` returned false: the queue has room again. */
  onDrain(): void;
  /** The socket is gone, in both directions. Exactly once, and last; `error` if it was not an orderly end. */
  onClose(error: Error | undefined): void;
}

/**
 * A duplex byte stream, push style: TCP, memory, or Noise over either (`docs/decisions`).
 *
 * Nothing is delivered until a handler is set, and nothing while paused; then data, end and close come in this order.
 */
export interface Socket {
  /** Sets or replaces the handler. Never calls it before returning. Starts delivery unless paused. */
  setHandler(handler: SocketHandler): void;
  /**
   * Sends `chunk`, which belongs to the socket from now on and must not change any more.
   * False: more is queued than the high-water mark; wait for `onDrain` (the chunk is accepted nevertheless).
   * @throws an error with code `ERR_BROKEN_PIPE` after `end`, `destroy` or a close.
   */
  write(chunk: Uint8Array): boolean;
  /** Like `write` for several chunks, in one system call where possible. */
  writeMany(chunks: readonly Uint8Array[]): boolean;
  /**
   * Like `writeMany` for chunks that nobody else holds: gives their memory back once they are sent, see `releaseMemory`. Only sockets
   * that copy what they send can have this.
   */
  writeAndRelease?(chunks: readonly Uint8Array[]): boolean;
  /** Bytes accepted and not yet handed to the layer below. */
  readonly queuedBytes: number;
  /** Ends our direction once everything queued is sent (half-close). May be called twice. */
  end(): void;
  /** Drops both directions at once, queued bytes included. `onClose(error)` follows. May be called twice. */
  destroy(error?: Error): void;
  /** Stops delivery of data and end, which makes the remote wait. Close is still delivered. */
  pause(): void;
  resume(): void;
  /** True if chunks given to `onData` are never reused by the socket and may be kept. */
  readonly stableChunks: boolean;
  /** True if chunks given to `onData` are the handler's alone, which may give their memory back. Default: false. */
  readonly ownChunks?: boolean;
  /** True once `onClose` was or is about to be delivered. */
  readonly closed: boolean;
  /** Bare IP address of the other end if there is one, for limits per address. */
  readonly remoteIp: string | undefined;
}

import type { NetworkAddress, Socket, WaitOptions } from '@diemnet/types';

/** A connection that a listener took. */
export interface IncomingConnection<Connection = Socket> {
  readonly socket: Connection;
  /** Where it comes from. Names the dialer's ephemeral port, so it is not meant to be dialed. */
  readonly remoteAddress: NetworkAddress;
}

/** Who takes what a listener accepts. */
export interface ListenHandlers<Connection = Socket> {
  /** If it throws, the connection is destroyed, the error reported, and accepting goes on. */
  onConnection(connection: IncomingConnection<Connection>): void;
  /** A single connection could not be taken. The listener goes on. */
  onError(error: Error): void;
}

/** Something that listens. */
export interface Listener {
  /** The address that was bound, with the real port. */
  readonly address: NetworkAddress;
  /** Stops accepting. Does not wait for accepted connections, nor touch them. May be called twice. */
  close(): Promise<void>;
}

/** A way to make connections: byte streams, or what a layer makes of them (behaviour 4). */
export interface Transport<Connection = Socket> {
  /**
   * @throws synchronously, before any input or output, an error with code `ERR_UNSUPPORTED_ADDRESS` if the
   * address is malformed or foreign. Everything else rejects.
   */
  listen(
    address: NetworkAddress,
    handlers: ListenHandlers<Connection>,
    options?: WaitOptions,
  ): Promise<Listener>;
  /** @throws as {@link listen} does */
  dial(address: NetworkAddress, options?: WaitOptions): Promise<Connection>;
}

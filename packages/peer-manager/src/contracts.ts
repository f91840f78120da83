import type { DisconnectCause, DisconnectReason, RpcResponder } from '@diemnet/peer';
import type { ConnectionMetadata } from '@diemnet/transport';
import type { NetworkAddress, PeerId, WaitOptions } from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';

/** Something happened to our connection to a peer. Events of one peer come in order, and before its messages. */
export type ConnectionEvent =
  /** The first connection to this peer. */
  | { readonly type: 'new-peer'; readonly metadata: ConnectionMetadata }
  /** The connection was replaced by another one; the peer stayed connected (D-06). */
  | {
      readonly type: 'updated-peer';
      readonly metadata: ConnectionMetadata;
      readonly previous: ConnectionMetadata;
    }
  /** The last connection to this peer ended. */
  | {
      readonly type: 'lost-peer';
      readonly metadata: ConnectionMetadata;
      readonly reason: DisconnectReason;
      readonly cause: DisconnectCause;
    };

/** Hears about connections. Called synchronously; must not throw. */
export type ConnectionListener = (event: ConnectionEvent) => void;

/** What an application can receive on a protocol. */
export type ProtocolKind = 'rpc' | 'direct-send';

/**
 * Receives what peers send on registered protocols. Called synchronously from the receive path; must not throw.
 * Payloads belong to the receiver, may share memory with each other, and must not be changed.
 */
export interface ProtocolHandler {
  onDirectSend(from: ConnectionMetadata, protocolId: ProtocolId, payload: Uint8Array): void;
  onRpcRequest(
    from: ConnectionMetadata,
    protocolId: ProtocolId,
    payload: Uint8Array,
    responder: RpcResponder,
  ): void;
  /** Payload bytes of this peer that wait here for the application, for the ledger of memory. */
  heldBytes?(peerId: PeerId): number;
}

/** One application's claim on a protocol. */
export interface ProtocolRegistration {
  readonly protocolId: ProtocolId;
  readonly kinds: readonly ProtocolKind[];
  readonly handler: ProtocolHandler;
}

/** Options of a request. */
export interface RpcOptions extends WaitOptions {
  /** From this call on (D-45). */
  readonly timeoutMs: number;
  /** The wire's priority byte. @default 0 */
  readonly priority?: number;
}

export interface DirectSendOptions {
  /** The wire's priority byte. @default 0 */
  readonly priority?: number;
}

/** Options of a dial. */
export interface DialOptions extends WaitOptions {
  /**
   * Dials although a connection stands; the new one then competes with it like any other (behaviour 9.2).
   * For key rotation, where the successor should stand before the old connection is closed. @default false
   */
  readonly replace?: boolean;
}

/** What services and applications ask of PeerManager; `PeerManager` implements it, tests double it. */
export interface PeerManagerHandle {
  /**
   * Dials unless connected (or `replace`); joins a dial to the same peer and address that is under way (D-14).
   * Resolves with the connection that stands after tie-breaking.
   * @throws PeerManagerError `ERR_ALREADY_CONNECTED`, `ERR_DIAL_FAILED` (with cause), `ERR_SHUTTING_DOWN`
   */
  dial(peerId: PeerId, address: NetworkAddress, options?: DialOptions): Promise<ConnectionMetadata>;
  /**
   * Resolves when the connection has ended. Who gives up waiting does not take the request back.
   * @throws PeerManagerError `ERR_NOT_CONNECTED`
   */
  disconnect(peerId: PeerId, cause?: DisconnectCause, options?: WaitOptions): Promise<void>;
  /**
   * Queues a DirectSend. True: there is room for more; false: accepted, but wait for {@link ready}.
   * @throws typed errors when it is not accepted: `ERR_NOT_CONNECTED`, `ERR_QUEUE_FULL`, `ERR_MESSAGE_TOO_LARGE`,
   * `ERR_PROTOCOL_NOT_SUPPORTED` (the peer does not speak it)
   */
  sendDirectSend(
    peerId: PeerId,
    protocolId: ProtocolId,
    payload: Uint8Array,
    options?: DirectSendOptions,
  ): boolean;
  /** Resolves when a DirectSend to this peer on this protocol would find room. Rejects when the connection ends. */
  ready(peerId: PeerId, protocolId: ProtocolId, options?: WaitOptions): Promise<void>;
  /** The response's payload, owned by the caller. @throws the errors of behaviour 7.3 */
  sendRpc(
    peerId: PeerId,
    protocolId: ProtocolId,
    payload: Uint8Array,
    options: RpcOptions,
  ): Promise<Uint8Array>;
  /** Adds a listener, which first hears `new-peer` for every connected peer. Returns the way to remove it. */
  subscribe(listener: ConnectionListener): () => void;
  /** Metadata of the active connection. */
  connection(peerId: PeerId): ConnectionMetadata | undefined;
  connections(): IterableIterator<ConnectionMetadata>;
}

/** Where applications claim protocols, before the network starts (behaviour 10). */
export interface ProtocolRegistry {
  /**
   * Claims all of the protocols or, if it throws, none.
   * @throws PeerManagerError `ERR_PROTOCOL_REGISTERED` if the kind of a protocol has a handler (D-46),
   * `ERR_INVALID_PROTOCOL_ID`, `ERR_ALREADY_STARTED`
   */
  register(...registrations: readonly ProtocolRegistration[]): void;
  /** Ids of all registered protocols: what the handshake advertises. */
  protocolIds(): ProtocolId[];
}

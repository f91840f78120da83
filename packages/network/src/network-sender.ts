import type { DisconnectCause } from '@diemnet/peer';
import type {
  DialOptions,
  DirectSendOptions,
  PeerManagerHandle,
  ProtocolKind,
  RpcOptions,
} from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import type { NetworkAddress, PeerId, WaitOptions } from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { Application, Protocol } from './application.js';
import { NetworkError } from './errors.js';
import { decodeMessage, encodeMessage } from './message-coding.js';

/** What became of a message to many peers. */
export interface SendToManyResult {
  /** Peers whose queue took the message. */
  readonly sent: readonly PeerId[];
  /** The others, each with the error that {@link NetworkSender.sendTo} would have thrown. */
  readonly failed: ReadonlyMap<PeerId, unknown>;
}

/** How an application sends. Errors of PeerManager and Peer pass through unchanged; match on their `code`. */
export class NetworkSender<T> {
  readonly #peerManager: PeerManagerHandle;
  readonly #application: Application<T>;

  constructor(peerManager: PeerManagerHandle, application: Application<T>) {
    this.#peerManager = peerManager;
    this.#application = application;
  }

  /**
   * Queues a DirectSend; there is no guarantee of delivery beyond that. False: accepted, but the queue is full now,
   * and {@link ready} tells when there is room.
   * @throws NetworkError `ERR_ENCODE_FAILED`, `ERR_UNKNOWN_PROTOCOL`, `ERR_PROTOCOL_KIND`; and what keeps a message
   * from being accepted: `ERR_NOT_CONNECTED`, `ERR_QUEUE_FULL`, `ERR_MESSAGE_TOO_LARGE`, `ERR_PROTOCOL_NOT_SUPPORTED`
   */
  sendTo(peerId: PeerId, protocolId: ProtocolId, message: T, options?: DirectSendOptions): boolean {
    const protocol = this.#protocol(protocolId, 'direct-send');
    const payload = encodeMessage(protocol, message);
    return this.#peerManager.sendDirectSend(peerId, protocolId, payload, options ?? protocol.sendOptions);
  }

  /**
   * Queues one message for many peers, encoded once. A peer that cannot take it does not keep the others from it.
   * @throws NetworkError `ERR_ENCODE_FAILED`, `ERR_UNKNOWN_PROTOCOL`, `ERR_PROTOCOL_KIND`
   */
  sendToMany(
    peerIds: Iterable<PeerId>,
    protocolId: ProtocolId,
    message: T,
    options?: DirectSendOptions,
  ): SendToManyResult {
    const protocol = this.#protocol(protocolId, 'direct-send');
    const payload = encodeMessage(protocol, message);
    const sendOptions = options ?? protocol.sendOptions;
    const sent: PeerId[] = [];
    const failed = new Map<PeerId, unknown>();
    for (const peerId of peerIds) {
      try {
        this.#peerManager.sendDirectSend(peerId, protocolId, payload, sendOptions);
        sent.push(peerId);
      } catch (error) {
        failed.set(peerId, error);
      }
    }
    return { sent, failed };
  }

  /**
   * Sends a request and resolves with the decoded response. Aborting gives up waiting; the remote is not told.
   * @throws NetworkError `ERR_ENCODE_FAILED`, `ERR_DECODE_FAILED` (the response), `ERR_UNKNOWN_PROTOCOL`,
   * `ERR_PROTOCOL_KIND`; and `ERR_NOT_CONNECTED`, `ERR_RPC_TIMED_OUT`, `ERR_TOO_MANY_PENDING`, `ERR_CONNECTION_CLOSED`,
   * `ERR_QUEUE_FULL`, `ERR_MESSAGE_TOO_LARGE`, `ERR_PROTOCOL_NOT_SUPPORTED`
   */
  async sendRpc(peerId: PeerId, protocolId: ProtocolId, message: T, options: RpcOptions): Promise<T> {
    const protocol = this.#protocol(protocolId, 'rpc');
    const payload = encodeMessage(protocol, message);
    const response = await this.#peerManager.sendRpc(peerId, protocolId, payload, {
      ...protocol.sendOptions,
      ...options,
    });
    return decodeMessage(protocol, response);
  }

  /** Resolves when {@link sendTo} would find room. */
  ready(peerId: PeerId, protocolId: ProtocolId, options?: WaitOptions): Promise<void> {
    return this.#peerManager.ready(peerId, protocolId, options);
  }

  /** Dials unless connected. Resolves with the connection that stands. */
  dialPeer(peerId: PeerId, address: NetworkAddress, options?: DialOptions): Promise<ConnectionMetadata> {
    return this.#peerManager.dial(peerId, address, options);
  }

  /** Resolves when the connection has ended; do not make progress depend on it (D-01). */
  disconnectPeer(peerId: PeerId, cause?: DisconnectCause, options?: WaitOptions): Promise<void> {
    return this.#peerManager.disconnect(peerId, cause, options);
  }

  /** The active connection to a peer. */
  connection(peerId: PeerId): ConnectionMetadata | undefined {
    return this.#peerManager.connection(peerId);
  }

  /** The active connections. */
  connectedPeers(): ConnectionMetadata[] {
    return [...this.#peerManager.connections()];
  }

  /** The first of the application's protocols of this kind, in its order of preference, that the peer speaks. */
  preferredProtocol(peerId: PeerId, kind: ProtocolKind): ProtocolId | undefined {
    const supported = this.#peerManager.connection(peerId)?.applicationProtocols;
    if (supported === undefined) return undefined;
    for (const { id, kinds } of this.#application.protocols.values()) {
      if (kinds.includes(kind) && supported.has(id)) return id;
    }
    return undefined;
  }

  #protocol(protocolId: ProtocolId, kind: ProtocolKind): Protocol<T> {
    const protocol = this.#application.protocols.get(protocolId);
    if (protocol === undefined) {
      throw new NetworkError(
        'ERR_UNKNOWN_PROTOCOL',
        `${this.#application.name} has no protocol ${protocolId}`,
        { details: { protocolId } },
      );
    }
    if (!protocol.kinds.includes(kind)) {
      throw new NetworkError('ERR_PROTOCOL_KIND', `${protocol.name} is not made for ${kind}`, {
        details: { protocolId, kind },
      });
    }
    return protocol;
  }
}

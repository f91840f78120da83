import { prepareDirectSend } from '@diemnet/peer';
import type { PeerId, WaitOptions } from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { ConnectedPeer } from './connected-peer.js';
import type { Connections } from './connections.js';
import type { DirectSendOptions, RpcOptions } from './contracts.js';
import { PeerManagerError } from './errors.js';
import type { PeerManagerLog } from './log.js';
import type { PeerManagerMetrics } from './metrics.js';

/** A message that could not be given to one of several recipients. */
export interface SendFailure {
  readonly peerId: PeerId;
  /** With one of the codes of `sendDirectSend`. */
  readonly error: Error;
}

/** The error of everything that needs a connection to a peer. */
export function notConnected(peerId: PeerId): PeerManagerError {
  return new PeerManagerError('ERR_NOT_CONNECTED', `not connected to ${peerId}`, { details: { peerId } });
}

/** Takes outbound messages to the Peer of the active connection (behaviour 9.6). */
export class MessageSender {
  readonly #connections: Connections;
  readonly #metrics: PeerManagerMetrics;
  readonly #log: PeerManagerLog;

  constructor(connections: Connections, metrics: PeerManagerMetrics, log: PeerManagerLog) {
    this.#connections = connections;
    this.#metrics = metrics;
    this.#log = log;
  }

  sendDirectSend(
    peerId: PeerId,
    protocolId: ProtocolId,
    payload: Uint8Array,
    options: DirectSendOptions | undefined,
  ): boolean {
    const entry = this.#connected(peerId, protocolId);
    try {
      return entry.peer.sendDirectSend(protocolId, payload, options);
    } catch (error) {
      this.#log.notAccepted(entry.metadata, protocolId, error);
      throw error;
    }
  }

  sendToMany(
    peerIds: Iterable<PeerId>,
    protocolId: ProtocolId,
    payload: Uint8Array,
    options: DirectSendOptions | undefined,
  ): SendFailure[] {
    const message = prepareDirectSend(protocolId, payload, options);
    const failures: SendFailure[] = [];
    for (const peerId of peerIds) {
      try {
        const entry = this.#connected(peerId, protocolId);
        try {
          entry.peer.sendPrepared(message);
        } catch (error) {
          this.#log.notAccepted(entry.metadata, protocolId, error);
          throw error;
        }
      } catch (error) {
        failures.push({ peerId, error: error as Error });
      }
    }
    return failures;
  }

  ready(peerId: PeerId, protocolId: ProtocolId, options: WaitOptions): Promise<void> {
    const entry = this.#connections.get(peerId);
    return entry === undefined ? Promise.reject(notConnected(peerId)) : entry.peer.ready(protocolId, options);
  }

  /** Not `async`: an RPC has one promise, that of its Peer. */
  sendRpc(
    peerId: PeerId,
    protocolId: ProtocolId,
    payload: Uint8Array,
    options: RpcOptions,
  ): Promise<Uint8Array> {
    const entry = this.#connections.get(peerId);
    if (entry !== undefined) return entry.peer.sendRpc(protocolId, payload, options);
    return Promise.reject(this.#refusal(peerId, protocolId));
  }

  /** @throws PeerManagerError `ERR_NOT_CONNECTED`, logged and counted */
  #connected(peerId: PeerId, protocolId: ProtocolId): ConnectedPeer {
    const entry = this.#connections.get(peerId);
    if (entry === undefined) throw this.#refusal(peerId, protocolId);
    return entry;
  }

  #refusal(peerId: PeerId, protocolId: ProtocolId): PeerManagerError {
    this.#log.notConnected(peerId, protocolId);
    this.#metrics.sendFailed(protocolId);
    return notConnected(peerId);
  }
}

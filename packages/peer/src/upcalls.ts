import type { ProtocolId } from '@diemnet/wire';
import type { DisconnectCause } from './disconnect-reason.js';
import type { Peer } from './peer.js';
import type { RpcResponder } from './rpc-responder.js';

/** What an application can receive on a protocol. */
export type ProtocolKind = 'rpc' | 'direct-send';

/**
 * What a {@link Peer} tells its owner, synchronously from the receive path. Must not throw: what it throws is logged,
 * and the message counts as lost. Payloads may share memory with each other and must not be changed.
 */
export interface PeerUpcalls {
  /** Is there a handler for messages of this kind? Asked for every inbound message. */
  isRegistered(protocolId: ProtocolId, kind: ProtocolKind): boolean;
  onDirectSend(peer: Peer, protocolId: ProtocolId, payload: Uint8Array): void;
  onRpcRequest(peer: Peer, protocolId: ProtocolId, payload: Uint8Array, responder: RpcResponder): void;
  /** The connection is gone. Exactly once, and last. `error` if there is more to say than the cause does. */
  onDisconnected(peer: Peer, cause: DisconnectCause, error?: Error): void;
}

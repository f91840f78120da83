/**
 * All connections of one network: listen, dial, break ties, limit, route, notify.
 *
 * Layer 4: sits on transport (connections) and peer (one connection); serves network, health-checker and
 * connectivity-manager through `PeerManagerHandle` and `ProtocolRegistry`.
 *
 * @example
 * const peerManager = new PeerManager({ transport, trustedPeers, context });
 * peerManager.register({ protocolId: 2, kinds: ['direct-send'], handler });
 * await peerManager.start({ listenAddress });
 * await peerManager.dial(peerId, address);
 * peerManager.sendDirectSend(peerId, 2, payload);
 *
 * @packageDocumentation
 */
export type {
  ConnectionEvent,
  ConnectionListener,
  DialOptions,
  DirectSendOptions,
  PeerManagerHandle,
  ProtocolHandler,
  ProtocolKind,
  ProtocolRegistration,
  ProtocolRegistry,
  RpcOptions,
} from './contracts.js';
export { decideAdmission } from './admission.js';
export type {
  AdmissionDecision,
  AdmissionLimits,
  AdmissionQuestion,
  EvictionReason,
  UnknownInboundPeer,
} from './admission.js';
export type { RateLimiters } from './connections.js';
export { PeerManagerError } from './errors.js';
export type { PeerManagerErrorCode } from './errors.js';
export type { ListeningTransport, TransportListener } from './listener.js';
export type { CreatePeer, ManagedPeer, ManagedPeerUpcalls } from './managed-peer.js';
export type { SendFailure } from './message-sender.js';
export { DEFAULT_UNKNOWN_PEER_OPTIONS } from './unknown-peer-options.js';
export { DEFAULT_PEER_MANAGER_OPTIONS, resolvePeerManagerOptions } from './options.js';
export type { PeerManagerOptions } from './options.js';
export { PeerManager } from './peer-manager.js';
export type {
  ConnectionStatistics,
  PeerManagerComponents,
  PeerManagerState,
  PeerTransport,
} from './peer-manager.js';
export { breakTie } from './tie-break.js';
export type { TieBreakOutcome } from './tie-break.js';

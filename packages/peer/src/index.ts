/**
 * One connection to one peer: DirectSend and RPC in both directions, limits, deadlines, and its end.
 *
 * Layer 4: uses `@diemnet/transport`, `@diemnet/wire` and `@diemnet/types`.
 *
 * @example
 * const metrics = createPeerMetrics(noMetrics, context);
 * const peer = new Peer({ connection, upcalls, time: systemTime, metrics, logger: silentLogger, context });
 * peer.start();
 * peer.sendDirectSend(ProtocolIds.MempoolDirectSend, transaction);
 * const answer = await peer.sendRpc(ProtocolIds.ConsensusRpc, question, { timeoutMs: 5000 });
 * await peer.close('requested');
 *
 * @packageDocumentation
 */
export { DeadlineWheel } from './deadline-wheel.js';
export type { DeadlineHandle, DeadlineTarget } from './deadline-wheel.js';
export { disconnectReasonOf } from './disconnect-reason.js';
export type { DisconnectCause, DisconnectReason } from './disconnect-reason.js';
export { PeerError } from './errors.js';
export type { PeerErrorCode } from './errors.js';
export type { LanePriority } from './lane-priority.js';
export { createPeerMetrics } from './metrics.js';
export type { DropReason, PeerMetrics } from './metrics.js';
export { DEFAULT_PEER_OPTIONS, resolvePeerOptions } from './options.js';
export type { PeerOptions, ResolvedPeerOptions } from './options.js';
export { prepareDirectSend } from './outbound-message.js';
export type { PreparedDirectSend } from './outbound-message.js';
export { Peer } from './peer.js';
export type { PeerComponents, PeerState } from './peer.js';
export type { PeerRpcOptions, PeerSendOptions } from './peer-sender.js';
export type { PeerLedger, PeerStats } from './peer-stats.js';
export type { ProtocolTraffic } from './protocol-table.js';
export type { RpcResponder } from './rpc-responder.js';
export type { PeerUpcalls, ProtocolKind } from './upcalls.js';
export { WriteSlab } from './write-slab.js';

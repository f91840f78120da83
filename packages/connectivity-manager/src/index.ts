/**
 * Who we should be connected to, and the dialing and closing that makes it so.
 *
 * Layer 5: asks PeerManager to dial and disconnect, hears of connections from it, and keeps the trusted set that
 * Noise and PeerManager read. Discovery feeds it.
 *
 * @example
 * const connectivity = new ConnectivityManager({ context, peerManager, trustedPeers }, { seeds });
 * connectivity.start();
 * connectivity.updateDiscoveredPeers('OnChainValidatorSet', validators);
 *
 * @packageDocumentation
 */
export { ConnectivityManager } from './connectivity-manager.js';
export type { ConnectivityManagerComponents } from './connectivity-manager.js';
export { DISCOVERY_SOURCES } from './discovery-source.js';
export type { DiscoverySource } from './discovery-source.js';
export { ConnectivityManagerError } from './errors.js';
export type { ConnectivityManagerErrorCode } from './errors.js';
export type { NotDialedReason, PeerExplanation } from './explanation.js';
export type { DialFailure } from './dial-state.js';
export type { DialObserver, DialReport } from './dial-observers.js';
export type { DialResult } from './metrics.js';
export type { RoleRule } from './discovered-peer.js';
export { isDialableAddress } from './dialable-address.js';
export { DEFAULT_CONNECTIVITY_MANAGER_OPTIONS, resolveConnectivityManagerOptions } from './options.js';
export type { ConnectivityManagerOptions, ResolvedConnectivityManagerOptions } from './options.js';
export { upstreamRoles } from './role-priority.js';
export type { ConnectionVerdict } from './stale-connection.js';

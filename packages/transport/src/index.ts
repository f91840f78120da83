/**
 * DiemNetTransport: a base transport upgraded by Noise and the version handshake to authenticated, encrypted,
 * negotiated connections.
 *
 * Layer 3: sits on netcore (sockets), noise (security) and wire (version handshake); serves peer and peer-manager.
 *
 * @example
 * const transport = new DiemNetTransport({
 *   base: new TcpTransport(),
 *   noise,
 *   handshake: { chainId, networkId, protocols: () => [ProtocolIds.HealthCheckerRpc] },
 *   context,
 * });
 * const { socket, metadata } = await transport.dial(peerId, address);
 *
 * @packageDocumentation
 */
export type { Connection, ConnectionMetadata, ConnectionOrigin } from './connection.js';
export {
  connectionLogFields,
  connectionLogFieldsWithAddress,
  displayConnectionMetadata,
} from './connection-display.js';
export { checkEndpoint, checkRefusal } from './check-endpoint.js';
export type { CheckEndpointOptions, EndpointReport } from './check-endpoint.js';
export { DiemNetTransport } from './diemnet-transport.js';
export type { DialOptions, TransportComponents } from './diemnet-transport.js';
export { TransportError, UpgradeError } from './errors.js';
export type { TransportErrorCode, UpgradeErrorCode, UpgradeFailureDetails } from './errors.js';
export { exchangeHandshake } from './handshake-exchange.js';
export type { HandshakeExchanged } from './handshake-exchange.js';
export type { ListenHandlers, Listener } from './inbound-listener.js';
export { inferLikelyCause } from './likely-cause.js';
export type { FailureKind, LikelyCause } from './likely-cause.js';
export { DEFAULT_TRANSPORT_OPTIONS, resolveTransportOptions } from './options.js';
export type { TransportOptions } from './options.js';
export type { SecureUpgrader, SecuredInbound, SecuredOutbound } from './secure-upgrader.js';
export type { UpgradeStage } from './upgrade-attempt.js';
export type { HandshakeOptions, ProxyProtocolOptions } from './upgrader.js';
export type { StageTiming, UpgradeObserver, UpgradeReport } from './upgrade-report.js';

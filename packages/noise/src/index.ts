/**
 * Noise_IK_25519_AESGCM_SHA256 as DiemNet uses it: the handshake that authenticates two peers, and the encrypted
 * stream that follows.
 *
 * Layer 3, session: sits on the contracts of `@diemnet/types`, serves `@diemnet/transport`.
 *
 * @example
 * const upgrader = new NoiseUpgrader({
 *   identity: { peerId, keyPair: generateKeyPair() },
 *   mode: 'mutual',
 *   trustedPeers: new TrustedPeers(),
 * });
 * const { socket } = await upgrader.upgradeOutbound(tcpSocket, remotePublicKey);
 * socket.write(new TextEncoder().encode('hello'));
 *
 * @packageDocumentation
 */
export type { CryptoBackend, DhKeyPair, DhPublicKey, FrameOpener, FrameSealer } from './crypto/backend.js';
export { defaultBackend } from './crypto/default-backend.js';
export { nativeBackend } from './crypto/native.js';
export { portableBackend } from './crypto/portable.js';
export { NoiseError, NoiseHandshakeError } from './errors.js';
export type { NoiseErrorCode, NoiseHandshakeErrorCode, NoiseHandshakeErrorDetails } from './errors.js';
export { MAX_FRAME_PLAINTEXT_BYTES, MAX_NOISE_MESSAGE_BYTES } from './limits.js';
export { CLIENT_MESSAGE_BYTES, SERVER_MESSAGE_BYTES } from './client-message.js';
export { generateKeyPair, keyPairFromEd25519Seed, keyPairFromPrivateKey, publicKeyOf } from './keys.js';
export type { KeyOptions } from './keys.js';
export { IkInitiator } from './handshake/ik-initiator.js';
export type { IkInitiatorOptions } from './handshake/ik-initiator.js';
export { IkResponder } from './handshake/ik-responder.js';
export type { IkMessage1, IkResponderOptions } from './handshake/ik-responder.js';
export type { IkHandshakeOptions, IkResult } from './handshake/ik-handshake.js';
export { NoiseSession } from './session/noise-session.js';
export type { NoiseSessionOptions } from './session/noise-session.js';
export { NoiseStream } from './noise-stream.js';
export type { NoiseStreamComponents } from './noise-stream.js';
export { DEFAULT_NOISE_STREAM_OPTIONS, resolveNoiseStreamOptions } from './options.js';
export type { DhBudgetOptions } from './dh-budget.js';
export type { NoiseStreamOptions, ResolvedNoiseStreamOptions } from './options.js';
export type { AuthenticationMode } from './authentication.js';
export { NoiseUpgrader } from './noise-upgrader.js';
export type { InboundUpgrade, OutboundUpgrade } from './noise-upgrader.js';
export type { RetiringKey } from './static-keys.js';
export { DEFAULT_NOISE_UPGRADER_OPTIONS, resolveNoiseUpgraderOptions } from './upgrader-options.js';
export type {
  NoiseIdentity,
  NoiseUpgraderOptions,
  ResolvedNoiseUpgraderOptions,
  UpgradeInboundOptions,
  UpgradeOutboundOptions,
} from './upgrader-options.js';

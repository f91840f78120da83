/** Doubles and harness for what runs over Noise: repeatable identities, and streams after a real handshake. */
export { testIdentity } from './test-identity.js';
export type { TestIdentityOptions } from './test-identity.js';
export { upgradedStreamPair } from './upgraded-stream-pair.js';
export type { UpgradedStreamPairOptions } from './upgraded-stream-pair.js';

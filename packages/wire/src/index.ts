export { HIGHEST_DIEM_PROTOCOL_ID, HIGHEST_PROTOCOL_ID, ProtocolIds } from './protocol-id.js';
export type { ProtocolId } from './protocol-id.js';
export type { ProtocolIdSet } from './protocol-id-set.js';
export type { MessagingProtocolVersion } from './messaging-version.js';

import { WireError } from './errors.js';

/** An application protocol: 0 to 6 are Diem's (DiemNet wire format, section 6.2), 7 to 255 are free for applications of your own. */
export type ProtocolId = number;

/** Diem's protocols by name. */
export const ProtocolIds = Object.freeze({
  ConsensusRpc: 0,
  ConsensusDirectSend: 1,
  MempoolDirectSend: 2,
  StateSyncDirectSend: 3,
  DiscoveryDirectSend: 4,
  HealthCheckerRpc: 5,
  ConsensusDirectSendJSON: 6,
} as const);

/** The highest id that Diem defines; ids above it belong to applications. */
export const HIGHEST_DIEM_PROTOCOL_ID = 6;
/** The highest id that fits the handshake's bit vector. */
export const HIGHEST_PROTOCOL_ID = 255;

/** How payloads of a protocol are written: BCS for all but id 6 (DiemNet wire format, section 10). */
export type PayloadEncoding = 'bcs' | 'json';

/** What a Diem protocol was made for. The wire does not enforce it. */
export type DiemProtocolKind = 'rpc' | 'direct-send';

// Id 6 prints itself as Cbor in the reference although it is JSON; dashboards know it under that label (D-33).
const LABELS: readonly string[] = [
  'ConsensusRpc',
  'ConsensusDirectSend',
  'MempoolDirectSend',
  'StateSyncDirectSend',
  'DiscoveryDirectSend',
  'HealthCheckerRpc',
  'ConsensusDirectSendCbor',
];

/** True for an integer from 0 to 255. */
export function isProtocolId(value: unknown): value is ProtocolId {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= HIGHEST_PROTOCOL_ID;
}

/** Returns `id`. @throws WireError `ERR_INVALID_PROTOCOL_ID` unless it is an integer from 0 to 255 */
export function checkProtocolId(id: number): ProtocolId {
  if (isProtocolId(id)) return id;
  throw new WireError('ERR_INVALID_PROTOCOL_ID', `a protocol id is an integer from 0 to 255, got ${id}`);
}

/** The id as metric labels and logs show it: `ConsensusDirectSendCbor` for 6, `Protocol<id>` above it. */
export function protocolLabel(id: ProtocolId): string {
  return LABELS[id] ?? `Protocol${id}`;
}

/** What Diem uses the protocol for; undefined for ids of applications. */
export function diemProtocolKind(id: ProtocolId): DiemProtocolKind | undefined {
  if (id > HIGHEST_DIEM_PROTOCOL_ID) return undefined;
  return id === ProtocolIds.ConsensusRpc || id === ProtocolIds.HealthCheckerRpc ? 'rpc' : 'direct-send';
}

/** The encoding of the protocol's payloads. Applications may choose another one for ids above 6. */
export function payloadEncoding(id: ProtocolId): PayloadEncoding {
  return id === ProtocolIds.ConsensusDirectSendJSON ? 'json' : 'bcs';
}

/** An application protocol: 0 to 6 are Diem's (wire.md 6.2), 7 to 255 are free for applications of your own. */
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

import type { ProtocolId } from './protocol-id.js';

/** An immutable set of protocol ids, as negotiated for a connection. */
export interface ProtocolIdSet {
  has(protocolId: ProtocolId): boolean;
  /** Ascending. */
  toIds(): ProtocolId[];
  readonly size: number;
}

import type { QueueStyle } from '@diemnet/channel';
import { ProtocolIds, type ProtocolId } from '@diemnet/wire';

/** How one of Diem's own applications registers (DiemNet behaviour, section 10). */
export interface DiemApplication {
  readonly name: string;
  /** In order of preference. */
  readonly protocolIds: readonly ProtocolId[];
  readonly queueStyle: QueueStyle;
  readonly queueSize: number;
}

/**
 * The applications of a Diem node besides the health checker. Consensus prefers BCS to JSON, which the reference
 * has the other way round: JSON is several times larger and slower (D-35).
 */
export const DIEM_APPLICATIONS = Object.freeze({
  consensus: application(
    'consensus',
    [ProtocolIds.ConsensusRpc, ProtocolIds.ConsensusDirectSend, ProtocolIds.ConsensusDirectSendJSON],
    'lifo',
    1024,
  ),
  mempool: application('mempool', [ProtocolIds.MempoolDirectSend], 'klast', 1024),
  stateSync: application('state sync', [ProtocolIds.StateSyncDirectSend], 'lifo', 1),
});

function application(
  name: string,
  protocolIds: readonly ProtocolId[],
  queueStyle: QueueStyle,
  queueSize: number,
): DiemApplication {
  return Object.freeze({ name, protocolIds: Object.freeze(protocolIds), queueStyle, queueSize });
}

import { bcsCodec, defineApplication, type Application } from '@diemnet/network';
import { ProtocolIds } from '@diemnet/wire';

/** What health checkers say to each other (DiemNet wire format, section 11). */
export interface HealthCheckerMsg {
  readonly type: 'Ping' | 'Pong';
  /** A u32; that of a Pong equals that of its Ping. */
  readonly nonce: number;
}

const TYPES = ['Ping', 'Pong'] as const;

/** BCS of a {@link HealthCheckerMsg}. */
export const healthCheckerCodec = bcsCodec<HealthCheckerMsg>(
  (reader) => {
    const type = TYPES[reader.variant(TYPES.length, 'HealthCheckerMsg')] as 'Ping' | 'Pong';
    return { type, nonce: reader.u32() };
  },
  ({ type, nonce }, writer) => {
    writer.variant(TYPES.indexOf(type));
    writer.u32(nonce);
  },
);

/**
 * How the health checker registers. DirectSends are claimed too, although there are none: what a peer sends here all
 * the same belongs in the security log.
 */
export function healthCheckerApplication(): Application<HealthCheckerMsg> {
  return defineApplication<HealthCheckerMsg>({
    name: 'health checker',
    protocols: [
      { id: ProtocolIds.HealthCheckerRpc, kinds: ['rpc', 'direct-send'], codec: healthCheckerCodec },
    ],
    queueStyle: 'lifo',
    queueSize: 1024,
    queueMetric: 'diem_network_pending_health_check_events',
  });
}

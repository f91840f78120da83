import type { ProtocolKind } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  LogThrottle,
  bytesToHex,
  errorCode,
  shortPeerId,
  type Logger,
  type TimeService,
} from '@diemnet/types';
import { protocolLabel, type ProtocolId } from '@diemnet/wire';

/** Bytes of an undecodable payload that the security log shows. */
const DATA_PREFIX_BYTES = 16;
/** Events that may be logged within one window; the rest is only counted. */
const EVENTS_PER_WINDOW = 20;
const WINDOW_MS = 1_000;

/** Reports payloads that do not decode. A peer that sends nothing else cannot flood the log (D-12). */
export class SecurityLog {
  readonly #logger: Logger;
  readonly #throttle: LogThrottle;

  constructor(logger: Logger, time: TimeService) {
    this.#logger = logger;
    this.#throttle = new LogThrottle(time, { intervalMs: WINDOW_MS, limit: EVENTS_PER_WINDOW });
  }

  undecodable(
    from: ConnectionMetadata,
    protocolId: ProtocolId,
    kind: ProtocolKind,
    payload: Uint8Array,
    error: unknown,
  ): void {
    if (this.#logger.isLevelEnabled?.('warn') === false) return;
    const sampled = this.#throttle.admit();
    if (sampled === undefined) return;
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    this.#logger.warn(
      {
        'security-event': 'invalid_network_event',
        error: errorCode(cause),
        remote_peer_id: shortPeerId(from.remotePeerId),
        protocol_id: protocolLabel(protocolId),
        data_prefix: bytesToHex(payload.subarray(0, DATA_PREFIX_BYTES)),
        ...sampled,
      },
      `a payload does not decode (${kind})`,
    );
  }
}

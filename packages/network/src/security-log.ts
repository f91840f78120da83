import type { ProtocolKind } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import { bytesToHex, errorCode, shortPeerId, type Logger, type TimeService } from '@diemnet/types';
import { protocolLabel, type ProtocolId } from '@diemnet/wire';

/** Bytes of an undecodable payload that the security log shows. */
const DATA_PREFIX_BYTES = 16;
/** Events that may be logged within one window; the rest is only counted. */
const EVENTS_PER_WINDOW = 20;
const WINDOW_MS = 1_000;

/** Reports payloads that do not decode. A peer that sends nothing else cannot flood the log (D-12). */
export class SecurityLog {
  readonly #logger: Logger;
  readonly #time: TimeService;
  #windowEndsAt = Number.NEGATIVE_INFINITY;
  #logged = 0;
  #suppressed = 0;

  constructor(logger: Logger, time: TimeService) {
    this.#logger = logger;
    this.#time = time;
  }

  undecodable(
    from: ConnectionMetadata,
    protocolId: ProtocolId,
    kind: ProtocolKind,
    payload: Uint8Array,
    error: unknown,
  ): void {
    if (this.#logger.isLevelEnabled?.('warn') === false || !this.#admit()) return;
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    this.#logger.warn(
      {
        'security-event': 'invalid_network_event',
        error: errorCode(cause),
        remote_peer_id: shortPeerId(from.remotePeerId),
        protocol_id: protocolLabel(protocolId),
        data_prefix: bytesToHex(payload.subarray(0, DATA_PREFIX_BYTES)),
        ...(this.#suppressed > 0 ? { suppressed: this.#suppressed } : {}),
      },
      `a payload does not decode (${kind})`,
    );
    this.#suppressed = 0;
  }

  #admit(): boolean {
    const now = this.#time.now();
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + WINDOW_MS;
      this.#logged = 0;
    }
    if (this.#logged < EVENTS_PER_WINDOW) {
      this.#logged++;
      return true;
    }
    this.#suppressed++;
    return false;
  }
}

import {
  LogThrottle,
  abortReason,
  errorCode,
  networkContextFields,
  networkContextLabels,
  type Logger,
  type MetricFamily,
  type Counter,
  type Metrics,
  type NetworkAddress,
  type NetworkContext,
  type TimeService,
} from '@diemnet/types';
import type { NoiseHandshakeError } from './errors.js';

/** The direction of a handshake, as in logs and metrics. */
export type HandshakeDirection = 'inbound' | 'outbound';

/** At most one security event per direction in this time (observability 5). */
const SECURITY_EVENT_INTERVAL_MS = 15_000;

/** What {@link HandshakeFailures} needs. */
export interface HandshakeFailuresOptions {
  /** Without it nothing is counted, since the labels come from it. */
  readonly context: NetworkContext | undefined;
  readonly time: TimeService;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Counts failed handshakes by reason, and raises the security event of a replay. */
export class HandshakeFailures {
  readonly #context: NetworkContext | undefined;
  readonly #logger: Logger;
  readonly #counter: MetricFamily<Counter> | undefined;
  readonly #securityEvents: LogThrottle;

  constructor({ context, time, logger, metrics }: HandshakeFailuresOptions) {
    this.#context = context;
    this.#logger = logger;
    this.#securityEvents = new LogThrottle(time, { intervalMs: SECURITY_EVENT_INTERVAL_MS });
    this.#counter =
      context &&
      metrics.counter({
        name: 'diem_network_noise_handshake_failures',
        help: 'Noise handshakes that were refused or broke off, by reason',
        labelNames: ['role_type', 'network_id', 'peer_id', 'direction', 'reason'],
      });
  }

  /** A handshake failed with `error`, or because `signal` aborted. */
  record(
    direction: HandshakeDirection,
    error: unknown,
    signal: AbortSignal | undefined,
    address: NetworkAddress | undefined,
  ): void {
    if (this.#context !== undefined) {
      const aborted = signal?.aborted === true && error === abortReason(signal);
      const reason = aborted ? 'aborted' : reasonOf(errorCode(error));
      this.#counter?.labels({ ...networkContextLabels(this.#context), direction, reason }).inc();
    }
    if (errorCode(error) === 'ERR_NOISE_SERVER_REPLAY_DETECTED') {
      this.#raiseSecurityEvent(direction, error as NoiseHandshakeError, address);
    }
  }

  #raiseSecurityEvent(
    direction: HandshakeDirection,
    error: NoiseHandshakeError,
    address: NetworkAddress | undefined,
  ): void {
    const sampled = this.#securityEvents.admit(direction);
    if (sampled === undefined) return;
    this.#logger.error(
      {
        'security-event': 'noise_handshake',
        ...(this.#context && { network_context: networkContextFields(this.#context) }),
        ...(address === undefined ? {} : { network_address: address }),
        connection_origin: direction,
        error: error.message,
        ...sampled,
      },
      'Noise handshake refused: replayed message',
    );
  }
}

/** `ERR_NOISE_SELF_DIAL_DETECTED` becomes `self_dial_detected`. */
function reasonOf(code: string): string {
  return code.replace(/^ERR_(NOISE_)?/, '').toLowerCase();
}

import { displayPeerId, networkContextFields, type LogFields, type Logger } from '@diemnet/types';
import type { NetworkContext, TimeService } from '@diemnet/types';
import type { ConnectionMetadata } from '@diemnet/transport';
import { RateWindow } from './rate-window.js';

/** Logs events of one connection; what a remote can provoke is limited in rate (D-12). */
export class PeerLog {
  readonly #logger: Logger;
  readonly #time: TimeService;
  readonly #provoked: RateWindow;
  /** False if trace events go nowhere: nobody should build their fields then. */
  readonly tracing: boolean;

  constructor(
    logger: Logger,
    time: TimeService,
    context: NetworkContext,
    metadata: ConnectionMetadata,
    logsPerSecond: number,
  ) {
    this.#logger = logger.child({
      network_context: networkContextFields(context),
      connection_id: metadata.connectionId,
      connection_origin: metadata.origin,
      remote_peer: displayPeerId(metadata.remotePeerId),
    });
    this.#time = time;
    this.#provoked = new RateWindow(logsPerSecond, 1000);
    this.tracing = logger.isLevelEnabled?.('trace') ?? true;
  }

  trace(fields: LogFields, message: string): void {
    this.#logger.trace(fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#logger.info(fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#logger.warn(fields, message);
  }

  /** Something that the remote can cause as often as it likes. */
  provoked(level: 'info' | 'warn', message: string, fields: () => LogFields): void {
    if (!this.#provoked.admit(this.#time.now())) return;
    const suppressed = this.#provoked.takeRefused();
    this.#logger[level](suppressed > 0 ? { ...fields(), suppressed } : fields(), message);
  }
}

/** The text of an error for the field `error`. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import {
  LogThrottle,
  displayPeerId,
  networkContextFields,
  type LogFields,
  type Logger,
} from '@diemnet/types';
import type { NetworkContext, TimeService } from '@diemnet/types';
import type { ConnectionMetadata } from '@diemnet/transport';

/** Logs events of one connection; what a remote can provoke is limited in rate (D-12). */
export class PeerLog {
  readonly #logger: Logger;
  readonly #provoked: LogThrottle;
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
    this.#provoked = new LogThrottle(time, { intervalMs: 1000, limit: logsPerSecond });
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
    const sampled = this.#provoked.admit();
    if (sampled !== undefined) this.#logger[level]({ ...fields(), ...sampled }, message);
  }
}

/** The text of an error for the field `error`. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

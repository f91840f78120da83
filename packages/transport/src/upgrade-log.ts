import {
  LogThrottle,
  displayPeerId,
  networkContextFields,
  type Logger,
  type NetworkAddress,
  type NetworkContext,
  type TimeService,
} from '@diemnet/types';
import { connectionLogFieldsWithAddress } from './connection-display.js';
import type { ConnectionMetadata } from './connection.js';
import type { UpgradeError } from './errors.js';

/** The log events of upgrades (observability 6). */
export class UpgradeLog {
  readonly #logger: Logger;
  readonly #throttle: LogThrottle;

  constructor(
    logger: Logger,
    context: NetworkContext,
    options: { readonly time: TimeService; readonly failureIntervalMs: number },
  ) {
    this.#logger = logger.child({ network_context: networkContextFields(context) });
    this.#throttle = new LogThrottle(options.time, { intervalMs: options.failureIntervalMs });
  }

  listening(address: NetworkAddress): void {
    this.#logger.debug({ listen_address: address }, 'listening');
  }

  incoming(address: NetworkAddress): void {
    if (this.#logger.isLevelEnabled?.('debug') === false) return;
    this.#logger.debug({ network_address: address }, 'incoming connection');
  }

  acceptFailed(error: unknown): void {
    this.#logger.info({ error: errorText(error) }, 'accept failed');
  }

  succeeded(metadata: ConnectionMetadata, elapsedMs: number): void {
    if (this.#logger.isLevelEnabled?.('debug') === false) return;
    this.#logger.debug(
      { ...connectionLogFieldsWithAddress(metadata), duration_ms: elapsedMs },
      `${metadata.origin} upgrade succeeded`,
    );
  }

  /** Warns, but not at every one: unreachable peers are routine (D-36), and strangers can cause them at will. */
  failed(error: UpgradeError): void {
    const { origin, stage, remotePeerId, remoteAddress, proxiedAddress, likelyCause, elapsedMs } =
      error.details;
    if (stage === 'proxy') {
      this.#logger.debug(
        { network_address: remoteAddress, error: errorText(error.cause) },
        'PROXY header unreadable',
      );
    }
    if (error.code === 'ERR_UPGRADE_ABORTED') return this.#gaveUp(error);
    const sampled = this.#throttle.admit(`${origin} ${stage}`);
    if (sampled === undefined) return;
    this.#logger.warn(
      {
        ...(remotePeerId === undefined ? {} : { remote_peer: displayPeerId(remotePeerId) }),
        network_address: remoteAddress,
        ...(proxiedAddress === undefined ? {} : { proxied_address: proxiedAddress }),
        error: errorText(error),
        stage,
        likely_cause: likelyCause,
        duration_ms: elapsedMs,
        ...sampled,
      },
      `${origin} upgrade failed`,
    );
  }

  #gaveUp({ details: { origin, remoteAddress, stage } }: UpgradeError): void {
    this.#logger.debug({ network_address: remoteAddress, stage }, `${origin} upgrade given up`);
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

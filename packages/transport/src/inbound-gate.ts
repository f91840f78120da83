import { TransportError } from './errors.js';
import type { PendingUpgrades, UpgradeTicket } from './pending-upgrades.js';

/** Why an inbound upgrade was refused or given up before any cryptography, as in the metric. */
export type RefusalReason = 'half-open-total' | 'half-open-host' | 'half-open-network' | 'address';

/** What decides about one accepted socket. */
export interface InboundGateComponents {
  readonly pending: PendingUpgrades;
  /** The owner of the listener takes nothing from this address at present: says why. */
  readonly refuses: ((ip: string) => string | undefined) | undefined;
  /** This upgrade has to make room. */
  readonly shed: (error: TransportError) => void;
  readonly onRefused: (reason: RefusalReason) => void;
}

/** The limits that one accepted socket has to pass before a byte of it is read or any cryptography is done (D-07). */
export class InboundGate {
  readonly #components: InboundGateComponents;
  readonly #ticket: UpgradeTicket;

  constructor(components: InboundGateComponents) {
    this.#components = components;
    this.#ticket = components.pending.admit(() => {
      components.onRefused('half-open-total');
      components.shed(new TransportError('ERR_TOO_MANY_PENDING', 'made room for a newer connection'));
    });
  }

  /** @throws TransportError `ERR_ADDRESS_REFUSED`, `ERR_TOO_MANY_PENDING` */
  pass(ip: string | undefined): void {
    if (ip === undefined) return;
    const { refuses, onRefused } = this.#components;
    const why = refuses?.(ip);
    if (why !== undefined) {
      onRefused('address');
      throw new TransportError('ERR_ADDRESS_REFUSED', `nothing is taken from ${ip}: ${why}`);
    }
    const limit = this.#ticket.identify(ip);
    if (limit === undefined) return;
    if (limit !== 'total') onRefused(`half-open-${limit}`);
    throw new TransportError(
      'ERR_TOO_MANY_PENDING',
      `too many upgrades of the ${limit} of ${ip} are under way`,
    );
  }

  /** Gives the place back. May be called twice. */
  leave(): void {
    this.#ticket.release();
  }
}

import type { LikelyCause, UpgradeStage } from '@diemnet/transport';
import type { NetworkAddress } from '@diemnet/types';

/** How the last unsuccessful dial to a peer ended. */
export interface DialFailure {
  /** Code of the error. */
  readonly code: string;
  readonly address: NetworkAddress;
  readonly unixTimeMs: number;
  /** What happened, in words. */
  readonly message: string;
  /** If an upgrade failed: how far it came, the code of the step that failed, and a guess at why. */
  readonly stage: UpgradeStage | undefined;
  readonly reason: string | undefined;
  readonly likelyCause: LikelyCause | undefined;
}

/**
 * Where we stand in dialing one peer: how many attempts in a row, and whose turn it is among its addresses.
 * Dropped when the peer's keys or addresses change, so that news start from the first address and without a delay.
 */
export class DialState {
  #attempts = 0;
  #turn = 0;
  lastFailure: DialFailure | undefined;

  /** Attempts queued since the last connection. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Takes the next turn: the address to dial (of a list that must not be empty) and the number of the attempt. */
  next(addresses: readonly NetworkAddress[]): { readonly address: NetworkAddress; readonly attempt: number } {
    const address = addresses[this.#turn % addresses.length] as NetworkAddress;
    this.#turn++;
    this.#attempts++;
    return { address, attempt: this.#attempts };
  }

  /**
   * The peer is connected: the next dial comes without delay, and at the address that worked if it was us who
   * dialed one of `addresses` (D-44).
   */
  connected(address: NetworkAddress | undefined, addresses: readonly NetworkAddress[]): void {
    this.#attempts = 0;
    this.lastFailure = undefined;
    const worked = address === undefined ? -1 : addresses.indexOf(address);
    this.#turn = Math.max(0, worked);
  }
}

import type { Connection, ConnectionMetadata } from '@diemnet/transport';
import {
  abortReason,
  throwIfAborted,
  type NetworkAddress,
  type PeerId,
  type WaitOptions,
} from '@diemnet/types';
import { PeerManagerError } from './errors.js';

/** How a dial ended, for the metric. */
export type DialOutcome = 'connected' | 'tie-lost' | 'failed' | 'aborted';

/** What became of an upgraded connection: the one that stands now, ours or the one it lost against. */
export interface ConnectionDecision {
  readonly metadata: ConnectionMetadata;
  readonly won: boolean;
}

/** What the dialer needs. */
export interface DialerComponents {
  /** May throw at once for an address that cannot be dialed. */
  dial(peerId: PeerId, address: NetworkAddress, options: WaitOptions): Promise<Connection>;
  /** Decides about the connection. @throws PeerManagerError if it is refused; it is then closed already */
  decide(connection: Connection, dialed: PeerId): ConnectionDecision;
  ended(outcome: DialOutcome): void;
}

interface DialUnderway {
  readonly result: Promise<ConnectionMetadata>;
  readonly controller: AbortController;
  joined: number;
}

/**
 * Dials, and lets those who want the same peer at the same address share one dial (D-14). It goes on while one of
 * them is interested.
 */
export class Dialer {
  readonly #components: DialerComponents;
  readonly #underway = new Map<string, DialUnderway>();

  constructor(components: DialerComponents) {
    this.#components = components;
  }

  /** Dials under way. */
  get size(): number {
    return this.#underway.size;
  }

  /**
   * Resolves with the connection that stands once the new one was decided about.
   * @throws PeerManagerError `ERR_DIAL_FAILED`; the reason of `signal`
   */
  async dial(
    peerId: PeerId,
    address: NetworkAddress,
    { signal }: WaitOptions = {},
  ): Promise<ConnectionMetadata> {
    throwIfAborted(signal);
    const key = `${peerId} ${address}`;
    let dial = this.#underway.get(key);
    if (dial === undefined) {
      const controller = new AbortController();
      dial = { controller, joined: 0, result: this.#run(peerId, address, controller.signal) };
      this.#underway.set(key, dial);
      const started = dial;
      const forget = () => {
        if (this.#underway.get(key) === started) this.#underway.delete(key);
      };
      dial.result.then(forget, forget);
      controller.signal.addEventListener('abort', forget, { once: true });
    }
    return this.#join(dial, signal);
  }

  /** Gives up on everything under way. */
  abortAll(reason: PeerManagerError): void {
    for (const { controller } of [...this.#underway.values()]) controller.abort(reason);
  }

  #join(dial: DialUnderway, signal: AbortSignal | undefined): Promise<ConnectionMetadata> {
    dial.joined++;
    return new Promise((resolve, reject) => {
      let left = false;
      const leave = () => {
        if (left) return;
        left = true;
        dial.joined--;
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        leave();
        const reason = abortReason(signal as AbortSignal);
        if (dial.joined === 0) dial.controller.abort(reason);
        reject(reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      dial.result.then(
        (metadata) => (leave(), resolve(metadata)),
        (error: unknown) => (leave(), reject(error)),
      );
    });
  }

  async #run(peerId: PeerId, address: NetworkAddress, signal: AbortSignal): Promise<ConnectionMetadata> {
    const { dial, decide, ended } = this.#components;
    let outcome: DialOutcome = 'failed';
    try {
      const connection = await dial(peerId, address, { signal });
      if (signal.aborted) {
        connection.socket.destroy();
        throw abortReason(signal);
      }
      const { metadata, won } = decide(connection, peerId);
      outcome = won ? 'connected' : 'tie-lost';
      return metadata;
    } catch (cause) {
      if (signal.aborted) {
        outcome = 'aborted';
        throw abortReason(signal);
      }
      throw new PeerManagerError('ERR_DIAL_FAILED', `dialing ${address} failed: ${text(cause)}`, {
        cause,
        details: { peerId, address },
      });
    } finally {
      ended(outcome);
    }
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

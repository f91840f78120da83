import type { Listener as BaseListener } from '@diemnet/netcore';
import type { NetworkAddress, Socket, TimeService } from '@diemnet/types';
import type { Connection } from './connection.js';
import { TransportError, type UpgradeError } from './errors.js';
import { InboundGate } from './inbound-gate.js';
import type { PendingUpgrades } from './pending-upgrades.js';
import { runUpgrade, type UpgradeSurroundings } from './run-upgrade.js';
import { UpgradeAttempt } from './upgrade-attempt.js';
import type { UpgradeLog } from './upgrade-log.js';
import { UpgradeScope } from './upgrade-scope.js';
import type { Upgrader } from './upgrader.js';

/** Who takes what a listener accepts. Must not throw: a connection whose taker throws is dropped. */
export interface ListenHandlers {
  onConnection(connection: Connection): void;
  /**
   * Asked before a byte is read: why nothing is taken from this address at present. Undefined: it may try.
   * Must be quick.
   */
  refuses?(ip: string): string | undefined;
  /** An inbound upgrade failed; nothing is left of it. */
  onFailure?(failure: UpgradeError): void;
}

/** A listening {@link DiemNetTransport}. */
export interface Listener {
  /** The bound address, followed by our key of this moment and handshake version: what others can dial. */
  readonly address: NetworkAddress;
  /** Stops accepting and gives up on upgrades under way; resolves when they are gone. May be called twice. */
  close(): Promise<void>;
}

interface InboundListenerComponents {
  readonly upgrader: Upgrader;
  readonly pending: PendingUpgrades;
  readonly surroundings: UpgradeSurroundings;
  readonly time: TimeService;
  readonly log: UpgradeLog;
  readonly handlers: ListenHandlers;
}

/** Takes accepted sockets through their upgrades, all at the same time, none of them in the way of accepting. */
export class InboundListener {
  readonly #components: InboundListenerComponents;
  readonly #underway = new Set<{ readonly ended: Promise<void>; abort(): void }>();
  #closed = false;

  constructor(components: InboundListenerComponents) {
    this.#components = components;
  }

  accept(socket: Socket, remoteAddress: NetworkAddress): void {
    if (this.#closed) return socket.destroy();
    const { pending, surroundings, time, log, upgrader, handlers } = this.#components;
    log.incoming(remoteAddress);
    const scope = new UpgradeScope(time);
    const attempt = new UpgradeAttempt({ origin: 'inbound', remoteAddress, time });
    attempt.adopt(socket);
    const gate = new InboundGate({
      pending,
      refuses: handlers.refuses && ((ip) => handlers.refuses?.(ip)),
      shed: (error) => {
        attempt.stop = 'shed';
        scope.abort(error);
      },
      onRefused: (reason) => surroundings.metrics.refused(reason),
    });
    const upgrade = runUpgrade(attempt, scope, surroundings, () =>
      upgrader.inbound(attempt, socket, gate, scope),
    );
    const entry = {
      ended: upgrade
        .then(
          (connection) => this.#hand(connection),
          (error: UpgradeError) => handlers.onFailure?.(error),
        )
        .catch((error: unknown) => log.acceptFailed(error))
        .then(() => {
          gate.leave();
          this.#underway.delete(entry);
        }),
      abort: () => {
        attempt.stop ??= 'aborted';
        scope.abort(new TransportError('ERR_LISTENER_CLOSED', 'the listener was closed'));
      },
    };
    this.#underway.add(entry);
  }

  async close(base: BaseListener): Promise<void> {
    this.#closed = true;
    for (const { abort } of this.#underway) abort();
    await base.close();
    await Promise.all(Array.from(this.#underway, ({ ended }) => ended));
  }

  #hand(connection: Connection): void {
    if (this.#closed) return connection.socket.destroy();
    try {
      this.#components.handlers.onConnection(connection);
    } catch (error) {
      connection.socket.destroy();
      throw error;
    }
  }
}

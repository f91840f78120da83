import type { NetworkAddress, WaitOptions } from '@diemnet/types';
import type { IncomingConnection, Listener, ListenHandlers, Transport } from './transport.js';

/** What an upgrade is told besides the connection itself. */
export interface UpgradeContext extends WaitOptions {
  /** Outbound: the dialed address. Inbound: where the connection comes from. */
  readonly address: NetworkAddress;
  /** Who dialed, seen from us. */
  readonly origin: 'inbound' | 'outbound';
}

/** Makes a connection of the upper layer out of one of the lower. */
export type Upgrade<Lower, Upper> = (connection: Lower, context: UpgradeContext) => Promise<Upper>;

/**
 * A transport whose connections are those of `base`, upgraded. A failing upgrade destroys the lower connection
 * and fails the dial, or is reported by the listener, which goes on (behaviour 4).
 *
 * @example
 * const framed = layerTransport(new MemoryTransport(network), async (socket) => new FrameConnection(socket));
 */
export function layerTransport<Lower extends { destroy(error?: Error): void }, Upper>(
  base: Transport<Lower>,
  upgrade: Upgrade<Lower, Upper>,
): Transport<Upper> {
  return new LayeredTransport(base, upgrade);
}

class LayeredTransport<Lower extends { destroy(error?: Error): void }, Upper> implements Transport<Upper> {
  readonly #base: Transport<Lower>;
  readonly #upgrade: Upgrade<Lower, Upper>;

  constructor(base: Transport<Lower>, upgrade: Upgrade<Lower, Upper>) {
    this.#base = base;
    this.#upgrade = upgrade;
  }

  listen(
    address: NetworkAddress,
    handlers: ListenHandlers<Upper>,
    options: WaitOptions = {},
  ): Promise<Listener> {
    return this.#base.listen(
      address,
      {
        onConnection: (connection) => void this.#accept(connection, handlers),
        onError: (error) => handlers.onError(error),
      },
      options,
    );
  }

  /** Not `async`: what `base` throws at once about the address has to leave at once. */
  dial(address: NetworkAddress, { signal }: WaitOptions = {}): Promise<Upper> {
    return this.#base
      .dial(address, { signal })
      .then((connection) => this.#run(connection, { address, origin: 'outbound', signal }));
  }

  async #accept(
    { socket, remoteAddress }: IncomingConnection<Lower>,
    handlers: ListenHandlers<Upper>,
  ): Promise<void> {
    try {
      const upgraded = await this.#run(socket, { address: remoteAddress, origin: 'inbound' });
      handlers.onConnection({ socket: upgraded, remoteAddress });
    } catch (error) {
      socket.destroy(error as Error);
      handlers.onError(error as Error);
    }
  }

  async #run(connection: Lower, context: UpgradeContext): Promise<Upper> {
    try {
      return await this.#upgrade(connection, context);
    } catch (error) {
      connection.destroy(error as Error);
      throw error;
    }
  }
}

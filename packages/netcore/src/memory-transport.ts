import type { MemoryNetwork } from '@diemnet/memsocket';
import { memoryAddress } from '@diemnet/network-address';
import { throwIfAborted, type NetworkAddress, type Socket, type WaitOptions } from '@diemnet/types';
import { parseBaseAddress } from './base-address.js';
import type { Listener, ListenHandlers, Transport } from './transport.js';

/** Every dialer has it: in-memory sockets have no port of their own. */
const DIALER_ADDRESS = memoryAddress(0);

/**
 * Connections inside one process, over `/memory/<port>` (behaviour 4).
 *
 * @example
 * const transport = new MemoryTransport(new MemoryNetwork());
 * const listener = await transport.listen(parseNetworkAddress('/memory/0'), handlers);
 * const socket = await transport.dial(listener.address);
 */
export class MemoryTransport implements Transport {
  readonly #network: MemoryNetwork;

  constructor(network: MemoryNetwork) {
    this.#network = network;
  }

  /** Rejects with `ERR_ADDRESS_IN_USE`. @throws NetcoreError `ERR_UNSUPPORTED_ADDRESS` */
  listen(address: NetworkAddress, handlers: ListenHandlers, options: WaitOptions = {}): Promise<Listener> {
    return this.#listen(
      parseBaseAddress(address, 'listened on in memory', ['memory']).port,
      handlers,
      options,
    );
  }

  /** Rejects with `ERR_ADDRESS_NOT_AVAILABLE`. @throws NetcoreError `ERR_UNSUPPORTED_ADDRESS` */
  dial(address: NetworkAddress, options: WaitOptions = {}): Promise<Socket> {
    return this.#dial(parseBaseAddress(address, 'dialed in memory', ['memory']).port, options);
  }

  async #listen(port: number, handlers: ListenHandlers, { signal }: WaitOptions): Promise<Listener> {
    throwIfAborted(signal);
    const listener = this.#network.listen(port, {
      onConnection: (socket) => handlers.onConnection({ socket, remoteAddress: DIALER_ADDRESS }),
      onError: (error) => handlers.onError(error),
    });
    return { address: memoryAddress(listener.port), close: async () => listener.close() };
  }

  async #dial(port: number, { signal }: WaitOptions): Promise<Socket> {
    throwIfAborted(signal);
    return this.#network.connect(port);
  }
}

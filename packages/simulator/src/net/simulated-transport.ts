import { NetcoreError, type Listener, type ListenHandlers, type Transport } from '@diemnet/netcore';
import { parseIpTcp } from '@diemnet/network-address';
import {
  abortReason,
  throwIfAborted,
  type NetworkAddress,
  type Socket,
  type WaitOptions,
} from '@diemnet/types';
import type { SimulatedHost } from './simulated-host.js';
import type { SimulatedNetwork } from './simulated-network.js';

/** TCP as one host of a {@link SimulatedNetwork} has it: addresses are `/ip4/<ip>/tcp/<port>`. */
export class SimulatedTransport implements Transport {
  readonly #network: SimulatedNetwork;
  readonly #host: SimulatedHost;
  readonly #connectTimeoutMs: number;

  constructor(
    network: SimulatedNetwork,
    host: SimulatedHost,
    { connectTimeoutMs = 10_000 }: { readonly connectTimeoutMs?: number } = {},
  ) {
    this.#network = network;
    this.#host = host;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  /** Rejects with `ERR_ADDRESS_IN_USE`, `ERR_ADDRESS_NOT_AVAILABLE`. @throws NetcoreError `ERR_UNSUPPORTED_ADDRESS` */
  listen(address: NetworkAddress, handlers: ListenHandlers, options: WaitOptions = {}): Promise<Listener> {
    return this.#listen(parseAddress(address), handlers, options);
  }

  /**
   * Rejects with `ERR_CONNECTION_REFUSED`, `ERR_CONNECT_TIMEOUT`, or the reason of the signal.
   * @throws NetcoreError `ERR_UNSUPPORTED_ADDRESS`
   */
  dial(address: NetworkAddress, options: WaitOptions = {}): Promise<Socket> {
    return this.#dial(parseAddress(address), options);
  }

  async #listen(
    { ip, port }: { readonly ip: string; readonly port: number },
    handlers: ListenHandlers,
    { signal }: WaitOptions,
  ): Promise<Listener> {
    throwIfAborted(signal);
    if (ip !== this.#host.ip && ip !== '0.0.0.0') {
      throw new NetcoreError('ERR_ADDRESS_NOT_AVAILABLE', `${ip} is no address of ${this.#host.name}`);
    }
    return this.#host.bind(port, ip, handlers);
  }

  async #dial(
    { ip, port }: { readonly ip: string; readonly port: number },
    { signal }: WaitOptions,
  ): Promise<Socket> {
    throwIfAborted(signal);
    const { incarnation } = this.#host;
    return new Promise((resolve, reject) => {
      const attempt = this.#network.connect(this.#host, ip, port, {
        connected: (socket) => incarnation.enter(() => (finish(), resolve(socket))),
        refused: () => fail('ERR_CONNECTION_REFUSED', `nobody listens on port ${port} of ${ip}`),
      });
      const timeout = this.#network.time.schedule(this.#connectTimeoutMs, () => {
        attempt.giveUp();
        fail('ERR_CONNECT_TIMEOUT', `no connection to ${ip} within ${this.#connectTimeoutMs} ms`);
      });
      const onAbort = () => {
        attempt.giveUp();
        finish();
        reject(abortReason(signal as AbortSignal));
      };
      const finish = () => {
        timeout.cancel();
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (code: 'ERR_CONNECTION_REFUSED' | 'ERR_CONNECT_TIMEOUT', message: string) =>
        incarnation.enter(() => {
          finish();
          reject(new NetcoreError(code, message, { details: { ip, port } }));
        });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}

function parseAddress(address: NetworkAddress): { readonly ip: string; readonly port: number } {
  let cause: unknown;
  try {
    const parsed = parseIpTcp(address);
    if (parsed !== undefined && parsed.rest.length === 0) return parsed;
  } catch (error) {
    cause = error;
  }
  throw new NetcoreError('ERR_UNSUPPORTED_ADDRESS', `${JSON.stringify(address)} is not /ip4/…/tcp/…`, {
    cause,
    details: { address },
  });
}

import type { BaseAddress } from '@diemnet/network-address';
import { withTimeout, type NetworkAddress, type Socket, type WaitOptions } from '@diemnet/types';
import { parseBaseAddress } from '../base-address.js';
import { openTunnel } from '../http-connect/connect-tunnel.js';
import { HttpProxy, httpProxyFromEnvironment } from '../http-connect/http-proxy.js';
import type { Ip } from '../ip-networks.js';
import type { Listener, ListenHandlers, Transport } from '../transport.js';
import { raceCandidates } from './happy-eyeballs.js';
import { resolveName } from './resolve-name.js';
import { connectTcp } from './tcp-connect.js';
import { listenTcp } from './tcp-listener.js';
import { resolveTcpOptions, type ResolvedTcpOptions, type TcpOptions } from './tcp-options.js';
import type { TcpSocket } from './tcp-socket.js';

type DialTarget = Extract<BaseAddress, { kind: 'ip' | 'dns' }>;

/**
 * TCP, over `/ip4|ip6/…/tcp/…`, and for dialing also `/dns|dns4|dns6/…/tcp/…` (behaviour 4).
 *
 * @example
 * const transport = new TcpTransport();
 * const listener = await transport.listen(parseNetworkAddress('/ip4/127.0.0.1/tcp/0'), handlers);
 * const socket = await transport.dial(listener.address, { signal });
 */
export class TcpTransport implements Transport {
  readonly #options: ResolvedTcpOptions;
  readonly #httpProxy: HttpProxy | undefined;
  /**
   * What all sockets read into: Node reads and calls back in one step, and whoever gets a chunk takes what it needs
   * before it returns. An idle connection thus costs no buffer.
   */
  readonly #readBuffer: Uint8Array;

  /** @throws NetcoreError `ERR_INVALID_OPTION` */
  constructor(options: TcpOptions = {}) {
    this.#options = resolveTcpOptions(options);
    this.#readBuffer = new Uint8Array(this.#options.readBufferBytes);
    const { httpProxy, env } = this.#options;
    if (httpProxy === 'environment') this.#httpProxy = httpProxyFromEnvironment(env);
    else if (httpProxy !== 'none') this.#httpProxy = new HttpProxy(httpProxy);
  }

  /** Rejects with `ERR_ADDRESS_IN_USE` and the like. @throws NetcoreError `ERR_UNSUPPORTED_ADDRESS` */
  listen(address: NetworkAddress, handlers: ListenHandlers, options: WaitOptions = {}): Promise<Listener> {
    const target = parseBaseAddress(address, 'listened on over TCP', ['ip']);
    const settings = { ...this.#options, readBuffer: this.#readBuffer };
    return listenTcp(target, handlers, settings, options);
  }

  /**
   * Rejects with `ERR_NAME_NOT_RESOLVED`, `ERR_CONNECT_TIMEOUT`, `ERR_HTTP_PROXY_REFUSED`, or as the system says.
   * @throws NetcoreError `ERR_UNSUPPORTED_ADDRESS`
   */
  dial(address: NetworkAddress, options: WaitOptions = {}): Promise<Socket> {
    const target = parseBaseAddress(address, 'dialed over TCP', ['ip', 'dns']);
    const proxy = this.#httpProxy?.admits(target) ? this.#httpProxy : undefined;
    return proxy === undefined ? this.#connect(target, options) : this.#tunnel(proxy, target, options);
  }

  async #connect(target: DialTarget, { signal }: WaitOptions): Promise<TcpSocket> {
    const { resolver, time, happyEyeballsDelayMs } = this.#options;
    const { port } = target;
    const settings = { ...this.#options, readBuffer: this.#readBuffer };
    const ips: readonly [Ip, ...Ip[]] =
      target.kind === 'ip' ? [target] : await resolveName(resolver, target, { signal });
    const connect = ({ ip, family }: Ip, attemptSignal: AbortSignal | undefined) =>
      connectTcp({ ip, family, port }, settings, { signal: attemptSignal });
    // One has nothing to race with: no signal and promises for that.
    if (ips.length === 1) return connect(ips[0], signal);
    return raceCandidates(ips, connect, {
      time,
      delayMs: happyEyeballsDelayMs,
      discard: (late) => late.destroy(),
      signal,
    });
  }

  async #tunnel(proxy: HttpProxy, target: DialTarget, { signal }: WaitOptions): Promise<TcpSocket> {
    const { time, connectTimeoutMs } = this.#options;
    const socket = await this.#connect(proxy.target, { signal });
    try {
      await withTimeout(
        time,
        connectTimeoutMs,
        (stepSignal) => openTunnel(socket, target, { signal: stepSignal }),
        { signal },
      );
      return socket;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
}

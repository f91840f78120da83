import { MemsocketError } from './errors.js';
import { MemorySocket } from './memory-socket.js';
import {
  resolveMemorySocketOptions,
  type MemorySocketOptions,
  type ResolvedMemorySocketOptions,
} from './options.js';

const MAX_PORT = 65_535;

/** Who takes the connections of a {@link MemoryListener}. */
export interface MemoryListenerHandlers {
  /** The accepted end of a new connection. If it throws, the connection is destroyed and accepting goes on. */
  onConnection(socket: MemorySocket): void;
  /** What `onConnection` threw. */
  onError?(error: Error): void;
}

/** A bound port of a {@link MemoryNetwork}. */
export interface MemoryListener {
  /** The port, never 0. */
  readonly port: number;
  /** Frees the port; connections that were not handed out yet are destroyed. May be called twice. */
  close(): void;
}

/**
 * A table of ports that in-memory sockets are connected through (behaviour 4). Networks share nothing: what
 * listens in one cannot be reached from another.
 *
 * @example
 * const network = new MemoryNetwork();
 * const listener = network.listen(0, { onConnection: (socket) => socket.setHandler(handler) });
 * const socket = network.connect(listener.port);
 */
export class MemoryNetwork {
  readonly #options: ResolvedMemorySocketOptions;
  readonly #listeners = new Map<number, BoundPort>();
  #nextPort = 1;

  /** @throws MemsocketError `ERR_INVALID_OPTION` */
  constructor(options?: MemorySocketOptions) {
    this.#options = resolveMemorySocketOptions(options);
  }

  /**
   * Binds `port`; 0 takes the next free one, counting up from the last and starting over at 1.
   * @throws MemsocketError `ERR_ADDRESS_IN_USE`, `ERR_INVALID_PORT`
   */
  listen(port: number, handlers: MemoryListenerHandlers): MemoryListener {
    assertPort(port);
    const actual = port === 0 ? this.#takeFreePort() : port;
    if (this.#listeners.has(actual)) {
      throw new MemsocketError('ERR_ADDRESS_IN_USE', `memory port ${actual} is in use`, {
        details: { port },
      });
    }
    const bound = new BoundPort(actual, handlers, () => this.#listeners.delete(actual));
    this.#listeners.set(actual, bound);
    return bound;
  }

  /**
   * The dialer's end of a new connection; the listener gets the other in a turn of `deliver`. It can be written
   * to at once.
   * @throws MemsocketError `ERR_ADDRESS_NOT_AVAILABLE` if nobody listens there, `ERR_INVALID_PORT`
   */
  connect(port: number): MemorySocket {
    assertPort(port);
    const listener = this.#listeners.get(port);
    if (listener === undefined) {
      throw new MemsocketError('ERR_ADDRESS_NOT_AVAILABLE', `nobody listens on memory port ${port}`, {
        details: { port },
      });
    }
    const [dialed, accepted] = MemorySocket.pair(this.#options);
    listener.enqueue(accepted, this.#options.deliver);
    return dialed;
  }

  #takeFreePort(): number {
    for (let tried = 0; tried < MAX_PORT; tried++) {
      const port = this.#nextPort;
      this.#nextPort = port === MAX_PORT ? 1 : port + 1;
      if (!this.#listeners.has(port)) return port;
    }
    throw new MemsocketError('ERR_ADDRESS_IN_USE', 'all memory ports are in use');
  }
}

class BoundPort implements MemoryListener {
  readonly port: number;
  readonly #handlers: MemoryListenerHandlers;
  readonly #unbind: () => void;
  readonly #queued = new Set<MemorySocket>();
  #closed = false;

  constructor(port: number, handlers: MemoryListenerHandlers, unbind: () => void) {
    this.port = port;
    this.#handlers = handlers;
    this.#unbind = unbind;
  }

  enqueue(socket: MemorySocket, deliver: (callback: () => void) => void): void {
    this.#queued.add(socket);
    deliver(() => this.#accept(socket));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unbind();
    for (const socket of this.#queued) socket.destroy();
    this.#queued.clear();
  }

  #accept(socket: MemorySocket): void {
    if (!this.#queued.delete(socket)) return;
    try {
      this.#handlers.onConnection(socket);
    } catch (thrown) {
      const error =
        thrown instanceof Error ? thrown : new MemsocketError('ERR_CONNECTION_RESET', String(thrown));
      socket.destroy(error);
      this.#handlers.onError?.(error);
    }
  }
}

function assertPort(port: number): void {
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw new MemsocketError('ERR_INVALID_PORT', 'a memory port is an integer from 0 to 65535');
  }
}

import type { Pipe } from './pipe.js';
import type { SimulatedHost } from './simulated-host.js';
import type { SimulatedSocket } from './simulated-socket.js';

/** A connection as the network sees it. */
export class SimulatedConnection {
  readonly id: number;
  readonly dialer: SimulatedHost;
  readonly listener: SimulatedHost;
  /** Virtual milliseconds. */
  readonly openedAt: number;
  #sockets: readonly [SimulatedSocket, SimulatedSocket] | undefined;
  #pipes: readonly [Pipe, Pipe] | undefined;

  constructor(init: {
    readonly id: number;
    readonly dialer: SimulatedHost;
    readonly listener: SimulatedHost;
    readonly openedAt: number;
  }) {
    this.id = init.id;
    this.dialer = init.dialer;
    this.listener = init.listener;
    this.openedAt = init.openedAt;
  }

  /** Once, before use. */
  attach(sockets: readonly [SimulatedSocket, SimulatedSocket], pipes: readonly [Pipe, Pipe]): void {
    this.#sockets = sockets;
    this.#pipes = pipes;
  }

  /** The dialer's end and the listener's. */
  get sockets(): readonly [SimulatedSocket, SimulatedSocket] {
    return this.#sockets as readonly [SimulatedSocket, SimulatedSocket];
  }

  /** Bytes that have arrived, at the listener and at the dialer. */
  get deliveredBytes(): readonly [number, number] {
    const [toListener, toDialer] = this.#pipes as readonly [Pipe, Pipe];
    return [toListener.deliveredBytes, toDialer.deliveredBytes];
  }

  /** Both ends see a reset, as from a broken middlebox. */
  reset(): void {
    this.die();
    for (const socket of this.sockets) socket.resetByNetwork();
  }

  /** From now on nothing passes, and neither end is told. */
  die(): void {
    for (const pipe of this.#pipes ?? []) pipe.cut();
  }
}

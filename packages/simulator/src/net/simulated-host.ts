import { NetcoreError, type Listener, type ListenHandlers } from '@diemnet/netcore';
import { ipTcpAddress } from '@diemnet/network-address';
import type { NetworkAddress } from '@diemnet/types';
import { Incarnation } from '../time/incarnation.js';
import type { VirtualTime } from '../time/virtual-time.js';
import type { LinkEnd } from './link.js';
import type { SimulatedSocket } from './simulated-socket.js';

const FIRST_EPHEMERAL_PORT = 49_152;
const HIGHEST_PORT = 65_535;

/** Who takes the connections of a port. */
interface BoundPort {
  readonly incarnation: Incarnation;
  readonly handlers: ListenHandlers;
}

/** A machine: an address, ports, and one process at a time. */
export class SimulatedHost implements LinkEnd {
  readonly ip: string;
  readonly name: string;
  readonly #time: VirtualTime;
  readonly #powerChanged: (host: SimulatedHost) => void;
  readonly #ports = new Map<number, BoundPort>();
  readonly #sockets = new Set<SimulatedSocket>();
  #incarnation: Incarnation;
  #nextEphemeralPort = FIRST_EPHEMERAL_PORT;
  #up = true;

  constructor(components: {
    readonly ip: string;
    readonly name: string;
    readonly time: VirtualTime;
    readonly powerChanged: (host: SimulatedHost) => void;
  }) {
    this.ip = components.ip;
    this.name = components.name;
    this.#time = components.time;
    this.#powerChanged = components.powerChanged;
    this.#incarnation = new Incarnation(components.time);
  }

  get up(): boolean {
    return this.#up;
  }

  /** The process that runs here now, or ran last. */
  get incarnation(): Incarnation {
    return this.#incarnation;
  }

  /** Sockets that are not closed. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  get openPorts(): number {
    return this.#ports.size;
  }

  /** Bytes held for sockets of this host: queued for sending, and arrived but unread. */
  get heldBytes(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.queuedBytes + socket.unreadBytes;
    return bytes;
  }

  /** @throws NetcoreError `ERR_ADDRESS_IN_USE` */
  bind(port: number, ip: string, handlers: ListenHandlers): Listener {
    const actual = port === 0 ? this.#freePort() : port;
    if (this.#ports.has(actual)) {
      throw new NetcoreError('ERR_ADDRESS_IN_USE', `port ${actual} of ${this.name} is in use`, {
        details: { port },
      });
    }
    const bound = { incarnation: this.#incarnation, handlers };
    this.#ports.set(actual, bound);
    return {
      address: ipTcpAddress(ip, actual),
      close: async () => {
        if (this.#ports.get(actual) === bound) this.#ports.delete(actual);
      },
    };
  }

  /** Does anybody listen there? */
  listensOn(port: number): boolean {
    return this.#ports.has(port);
  }

  /** Hands a connection to whoever listens. */
  accept(port: number, socket: SimulatedSocket, remoteAddress: NetworkAddress): void {
    const bound = this.#ports.get(port) as BoundPort;
    bound.incarnation.enter(() => {
      // Closed while the process was paused.
      if (this.#ports.get(port) !== bound) return socket.destroy();
      try {
        bound.handlers.onConnection({ socket, remoteAddress });
      } catch (thrown) {
        const error =
          thrown instanceof Error ? thrown : new NetcoreError('ERR_ACCEPT_FAILED', String(thrown));
        socket.destroy(error);
        bound.handlers.onError(error);
      }
    });
  }

  ephemeralPort(): number {
    const port = this.#nextEphemeralPort;
    this.#nextEphemeralPort = port === HIGHEST_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
    return port;
  }

  adopt(socket: SimulatedSocket): void {
    this.#sockets.add(socket);
  }

  disown(socket: SimulatedSocket): void {
    this.#sockets.delete(socket);
  }

  /** The process is killed; its operating system closes what it had open. */
  kill(): void {
    this.#endProcess();
    for (const socket of [...this.#sockets]) socket.abandon();
  }

  /** The power fails: nobody is told anything, and nothing arrives until {@link boot}. */
  powerOff(): void {
    this.#endProcess();
    for (const socket of [...this.#sockets]) socket.vanish();
    this.#up = false;
    this.#powerChanged(this);
  }

  /** A new process, with nothing open; after a {@link powerOff} the machine comes back too. */
  boot(): Incarnation {
    if (this.#incarnation.state !== 'dead') this.kill();
    this.#incarnation = new Incarnation(this.#time);
    if (!this.#up) {
      this.#up = true;
      this.#powerChanged(this);
    }
    return this.#incarnation;
  }

  #endProcess(): void {
    this.#incarnation.kill();
    this.#ports.clear();
  }

  #freePort(): number {
    for (
      let port = this.ephemeralPort(), tried = 0;
      tried < HIGHEST_PORT;
      tried++, port = this.ephemeralPort()
    ) {
      if (!this.#ports.has(port)) return port;
    }
    throw new NetcoreError('ERR_ADDRESS_IN_USE', `all ports of ${this.name} are in use`);
  }
}

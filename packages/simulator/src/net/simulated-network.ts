import { ipTcpAddress } from '@diemnet/network-address';
import { Prng } from '../random/prng.js';
import type { VirtualTime } from '../time/virtual-time.js';
import { Trace } from '../trace/trace.js';
import type { Transcript } from '../transcript/transcript.js';
import { Link } from './link.js';
import { resolveLinkShape, type LinkShape } from './link-shape.js';
import { Pipe } from './pipe.js';
import { SimulatedConnection } from './simulated-connection.js';
import { SimulatedHost } from './simulated-host.js';
import { SimulatedSocket } from './simulated-socket.js';
import type { Trap } from './trap.js';

/** How a {@link SimulatedNetwork} behaves. */
export interface SimulatedNetworkOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Of every link that has no shape of its own. */
  readonly link?: Partial<LinkShape>;
  /** Bytes a socket queues before `write` answers false. @default 65536 */
  readonly highWaterMarkBytes?: number;
  /**
   * Chunks that handlers get may be kept. If not, their memory is overwritten as soon as the handler returns, which
   * shows who keeps what it must not. @default false
   */
  readonly stableChunks?: boolean;
  /** @default a new one */
  readonly trace?: Trace;
}

/**
 * Decides when the next thing of a connection arrives (a request to connect, its answer, a segment), so that one can
 * try every order. `flow` counts attempts to connect from 0; undefined leaves it to the link.
 */
export type Pace = (flow: number, nowMs: number) => number | undefined;

/** Who hears of an attempt to connect. */
export interface ConnectHandlers {
  connected(socket: SimulatedSocket): void;
  refused(): void;
}

const SCRATCH_BYTES = 64 * 1024;

/**
 * Hosts and the links between them, each direction on its own.
 *
 * @example
 * const time = new VirtualTime();
 * const network = new SimulatedNetwork(time, { seed: 7, link: { latencyMs: 40, chunkBytes: 1 } });
 * const transport = new SimulatedTransport(network, network.host('10.0.0.1'));
 */
export class SimulatedNetwork {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly #seed: number;
  readonly #highWaterMarkBytes: number;
  readonly #scratch: Uint8Array | undefined;
  readonly #hosts = new Map<string, SimulatedHost>();
  readonly #links = new Map<SimulatedHost, Map<SimulatedHost, Link>>();
  readonly #connections = new Set<SimulatedConnection>();
  readonly #recordings: { dialer: SimulatedHost; listener: SimulatedHost; transcript: Transcript }[] = [];
  readonly #traps = new Map<Link, { trap: Trap; left: number }[]>();
  #shape: LinkShape;
  #nextFlow = 0;
  /** Takes the place of latencies where it says so. */
  pace: Pace | undefined;

  /** @throws SimulatorError `ERR_SIMULATOR_INVALID_OPTION` */
  constructor(time: VirtualTime, options: SimulatedNetworkOptions = {}) {
    this.time = time;
    this.trace = options.trace ?? new Trace();
    this.#seed = options.seed ?? 1;
    this.#shape = resolveLinkShape(options.link);
    this.#highWaterMarkBytes = options.highWaterMarkBytes ?? 64 * 1024;
    this.#scratch = options.stableChunks === true ? undefined : new Uint8Array(SCRATCH_BYTES);
  }

  /** The host with this address; it is made when it is first asked for. */
  host(ip: string, name = ip): SimulatedHost {
    let host = this.#hosts.get(ip);
    if (host === undefined) {
      host = new SimulatedHost({
        ip,
        name,
        time: this.time,
        powerChanged: (changed) => this.#onPowerChanged(changed),
      });
      this.#hosts.set(ip, host);
    }
    return host;
  }

  hosts(): IterableIterator<SimulatedHost> {
    return this.#hosts.values();
  }

  /** Attempts to connect so far. */
  get flows(): number {
    return this.#nextFlow;
  }

  /** Connections with an end that is not closed. */
  connections(): IterableIterator<SimulatedConnection> {
    return this.#connections.values();
  }

  /** The way from one host to another. */
  link(from: SimulatedHost, to: SimulatedHost): Link {
    let links = this.#links.get(from);
    if (links === undefined) this.#links.set(from, (links = new Map()));
    let link = links.get(to);
    if (link === undefined) {
      const rng = new Prng(this.#seed, 'link', from.ip, to.ip);
      link = new Link({ time: this.time, rng, to, shape: this.#shape });
      links.set(to, link);
    }
    return link;
  }

  /** Both ways between two hosts. @throws SimulatorError `ERR_SIMULATOR_INVALID_OPTION` */
  shape(a: SimulatedHost, b: SimulatedHost, shape: Partial<LinkShape>): void {
    for (const link of [this.link(a, b), this.link(b, a)]) link.shape = resolveLinkShape(shape, link.shape);
  }

  /** Every link, also those to come. @throws SimulatorError `ERR_SIMULATOR_INVALID_OPTION` */
  shapeAll(shape: Partial<LinkShape>): void {
    this.#shape = resolveLinkShape(shape, this.#shape);
    for (const links of this.#links.values()) {
      for (const link of links.values()) link.shape = resolveLinkShape(shape, link.shape);
    }
  }

  /** Sets a fault for the next connections between two hosts: at a byte that goes from `from` to `to`, whoever dials. */
  setTrap(from: SimulatedHost, to: SimulatedHost, trap: Trap): void {
    const link = this.link(from, to);
    const traps = this.#traps.get(link) ?? [];
    traps.push({ trap, left: trap.connections ?? 1 });
    this.#traps.set(link, traps);
  }

  /** Records the next connection that one host dials to another. */
  record(dialer: SimulatedHost, listener: SimulatedHost, transcript: Transcript): void {
    this.#recordings.push({ dialer, listener, transcript });
  }

  /** Takes back all traps that no connection has met. */
  clearTraps(): void {
    this.#traps.clear();
  }

  /** Begins to connect. Without an answer it goes on for ever: who dials gives up. */
  connect(from: SimulatedHost, ip: string, port: number, handlers: ConnectHandlers): { giveUp(): void } {
    let given = true;
    const { time, trace } = this;
    const { incarnation } = from;
    const to = this.host(ip);
    const label = `${from.name} > ${to.name}:${port}`;
    trace.add(time.now(), 'dial', label);
    const flow = this.#nextFlow++;
    const forth = this.link(from, to);
    const back = this.link(to, from);
    const arrival = () => this.pace?.(flow, time.now());
    forth.carry(() => {
      if (!given) return;
      if (!to.listensOn(port)) {
        trace.add(time.now(), 'refused', label);
        back.carry(() => given && handlers.refused(), arrival());
        return;
      }
      const connection = this.#open(flow, from, to);
      const [dialed, accepted] = connection.sockets;
      const orphaned = incarnation.state === 'dead';
      // Who dialed is no more, and its successor on the host has nothing to do with it.
      if (orphaned) dialed.vanish();
      trace.add(time.now(), 'accept', label, `as ${connection.id}`);
      to.accept(port, accepted, ipTcpAddress(from.ip, from.ephemeralPort()));
      back.carry(() => {
        if (orphaned) dialed.refuse();
        else if (given && !dialed.closed) handlers.connected(dialed);
        else if (given) handlers.refused();
        else dialed.destroy();
      }, arrival());
    }, arrival());
    return { giveUp: () => (given = false) };
  }

  #open(id: number, dialer: SimulatedHost, listener: SimulatedHost): SimulatedConnection {
    const { time, trace } = this;
    const connection = new SimulatedConnection({ id, dialer, listener, openedAt: time.now() });
    let open = 2;
    const socketOf = (host: SimulatedHost, remote: SimulatedHost): SimulatedSocket => {
      const socket = new SimulatedSocket({
        time,
        incarnation: host.incarnation,
        remoteIp: remote.ip,
        highWaterMarkBytes: this.#highWaterMarkBytes,
        scratch: this.#scratch,
        onClosed: () => {
          host.disown(socket);
          trace.add(time.now(), 'closed', `${id} at ${host.name}`);
          if (--open === 0) this.#connections.delete(connection);
        },
      });
      host.adopt(socket);
      return socket;
    };
    const dialed = socketOf(dialer, listener);
    const accepted = socketOf(listener, dialer);
    const forth = this.link(dialer, listener);
    const back = this.link(listener, dialer);
    const pace = () => this.pace?.(id, time.now());
    const transcript = this.#takeRecording(dialer, listener);
    const shared = { time, trace, connection, pace };
    const toListener = new Pipe(
      {
        ...shared,
        label: `${id} ${dialer.name} > ${listener.name}`,
        link: forth,
        backLink: back,
        tap: transcript && ((bytes) => transcript.add(time.now(), 'dialer', bytes)),
      },
      { sender: dialed, receiver: accepted },
      this.#takeTrap(forth),
    );
    const toDialer = new Pipe(
      {
        ...shared,
        label: `${id} ${listener.name} > ${dialer.name}`,
        link: back,
        backLink: forth,
        tap: transcript && ((bytes) => transcript.add(time.now(), 'listener', bytes)),
      },
      { sender: accepted, receiver: dialed },
      this.#takeTrap(back),
    );
    dialed.attach(toListener, toDialer);
    accepted.attach(toDialer, toListener);
    connection.attach([dialed, accepted], [toListener, toDialer]);
    this.#connections.add(connection);
    return connection;
  }

  #takeRecording(dialer: SimulatedHost, listener: SimulatedHost): Transcript | undefined {
    const at = this.#recordings.findIndex((one) => one.dialer === dialer && one.listener === listener);
    return at < 0 ? undefined : this.#recordings.splice(at, 1)[0]?.transcript;
  }

  #takeTrap(link: Link): Trap | undefined {
    const traps = this.#traps.get(link);
    const first = traps?.[0];
    if (traps === undefined || first === undefined) return undefined;
    if (--first.left <= 0) traps.shift();
    return first.trap;
  }

  #onPowerChanged(host: SimulatedHost): void {
    this.trace.add(this.time.now(), 'node', host.name, host.up ? 'power on' : 'power off');
    if (!host.up) return;
    for (const links of this.#links.values()) links.get(host)?.release();
  }
}

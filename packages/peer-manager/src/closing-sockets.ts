import type { Socket, SocketHandler, TimeService, Timer } from '@diemnet/types';

/**
 * Connections that nobody wants: refused by a limit, or the loser of a tie. Our direction is ended, what still comes
 * is discarded, and whoever does not hang up in time is destroyed (behaviour 9.2).
 */
export class ClosingSockets {
  readonly #time: TimeService;
  readonly #graceMs: number;
  readonly #closing = new Set<Closing>();
  #emptied: (() => void)[] = [];

  constructor(time: TimeService, graceMs: number) {
    this.#time = time;
    this.#graceMs = graceMs;
  }

  get size(): number {
    return this.#closing.size;
  }

  close(socket: Socket): void {
    const closing = new Closing(socket, () => {
      this.#closing.delete(closing);
      if (this.#closing.size === 0) for (const resolve of this.#emptied.splice(0)) resolve();
    });
    this.#closing.add(closing);
    closing.start(this.#time, this.#graceMs);
  }

  destroyAll(): void {
    for (const closing of [...this.#closing]) closing.destroy();
  }

  /** Resolves when none is left. */
  async empty(): Promise<void> {
    if (this.#closing.size > 0) await new Promise<void>((resolve) => this.#emptied.push(resolve));
  }
}

class Closing implements SocketHandler {
  readonly #socket: Socket;
  readonly #done: () => void;
  #timer: Timer | undefined;

  constructor(socket: Socket, done: () => void) {
    this.#socket = socket;
    this.#done = done;
  }

  start(time: TimeService, graceMs: number): void {
    this.#timer = time.schedule(graceMs, () => this.destroy());
    this.#socket.setHandler(this);
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  onData(): void {}
  onEnd(): void {}
  onDrain(): void {}

  onClose(): void {
    this.#timer?.cancel();
    this.#done();
  }
}

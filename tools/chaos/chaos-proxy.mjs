import net from 'node:net';

/** Stands in front of a node and breaks connections on order. Loopback only. */
export class ChaosProxy {
  #server;
  #target;
  #pairs = new Set();
  /**
   * What was done to which connection: `{ port, fault, from, to }`, the port being the one that the node sees as the
   * remote's, times as of `Date.now()`.
   */
  hits = [];

  constructor(targetPort) {
    this.#target = targetPort;
  }

  get port() {
    return this.#server.address().port;
  }

  get connections() {
    return this.#pairs.size;
  }

  /** Where connections go from now on. */
  redirect(targetPort) {
    this.#target = targetPort;
  }

  async listen() {
    this.#server = net.createServer({ allowHalfOpen: true }, (near) => this.#accept(near));
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** Resets so many connections, chosen by `random`. Returns how many there were to reset. */
  reset(random, count) {
    const pairs = [...this.#pairs];
    for (let i = 0; i < count && pairs.length > 0; i++) {
      const [[near, far]] = pairs.splice(random.below(pairs.length), 1);
      this.#note('reset', far, 0);
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Carries nothing for a while. */
  stall(milliseconds) {
    for (const [, far] of this.#pairs) this.#note('stall', far, milliseconds);
    const sockets = [...this.#pairs].flat();
    for (const socket of sockets) socket.pause();
    setTimeout(() => sockets.forEach((socket) => socket.resume()), milliseconds);
  }

  close() {
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    this.#server.close();
  }

  #note(fault, far, milliseconds) {
    const from = Date.now();
    this.hits.push({ port: far.localPort, fault, from, to: from + milliseconds });
  }

  #accept(near) {
    const far = net.connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = [near, far];
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
    }
    near.on('close', end);
    far.on('close', end);
    near.pipe(far);
    far.pipe(near);
  }
}

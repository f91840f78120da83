import { readFileSync } from 'node:fs';
import { sleep } from './loops.mjs';
import { SystemProcess } from './system-process.mjs';

/** How long a server may take to receive what was sent. */
const DELIVERY_MS = 20_000;
const IDLE_CONNECTIONS = 200;
const WARM_UP_CONNECTIONS = 20;

/** A system under measurement: its server and its client, a process each. */
export class SystemPair {
  #server;
  #client;
  /** What the client can measure. */
  metrics = [];

  constructor({ name, file, env }, { profileDir, nodeArguments = [] } = {}) {
    this.#server = new SystemProcess(file, 'server', { name, env, profileDir, nodeArguments });
    this.#client = new SystemProcess(file, 'client', { name, env, profileDir, nodeArguments });
  }

  async start() {
    try {
      const info = await this.#server.ask('start');
      await this.#client.ask('start', info);
      this.metrics = await this.#client.ask('list');
    } catch (error) {
      await this.stop();
      throw error;
    }
    return this;
  }

  /**
   * One measurement. The value is per second: calls as the client counts them, or, for one-way metrics, what the
   * server has received and checked, up to the moment it had the last.
   */
  async measure({ name, oneWay, scale = 1 }, { warmMs, ms }) {
    if (warmMs > 0) await this.#run(name, oneWay, warmMs);
    const before = await this.#usage();
    const busyBefore = machineCpu();
    const start = performance.now();
    const result = await this.#run(name, oneWay, ms);
    const seconds = (performance.now() - start) / 1000;
    const busy = machineCpu() - busyBefore;
    const after = await this.#usage();
    const serverCpu = (after.server.cpu - before.server.cpu) / seconds;
    const clientCpu = (after.client.cpu - before.client.cpu) / seconds;
    return {
      ...result,
      value: result.value * scale,
      // CPU time of both ends per unit: less disturbed by other programs than the rate.
      cpuUs: ((serverCpu + clientCpu) / (result.value * scale)) * 1e6,
      serverCpu,
      clientCpu,
      otherCpu: Math.max(0, busy / seconds - serverCpu - clientCpu),
      serverLoop: after.server.loop,
      clientLoop: after.client.loop,
    };
  }

  /** Memory that the server needs per idle connection, in KiB. */
  async measureMemory() {
    // A first few, so that code loading and pools are not counted.
    await this.#client.ask('open', WARM_UP_CONNECTIONS);
    await this.#client.ask('close');
    await sleep(500);
    const before = await this.#server.ask('memory');
    await this.#client.ask('open', IDLE_CONNECTIONS);
    await sleep(1000);
    const after = await this.#server.ask('memory');
    await this.#client.ask('close');
    const perConnection = (field) => (after[field] - before[field]) / IDLE_CONNECTIONS / 1024;
    return { value: perConnection('rss'), used: perConnection('used') };
  }

  async stop() {
    await Promise.all([this.#client.stop(), this.#server.stop()]);
  }

  async #run(metric, oneWay, ms) {
    if (!oneWay) return this.#client.ask('run', { metric, ms });
    await this.#server.ask('reset', metric);
    const result = await this.#client.ask('run', { metric, ms });
    if (result.value !== undefined) return result;
    const { sent, startedAt } = result;
    const deadline = performance.now() + DELIVERY_MS;
    for (;;) {
      const { count, lastAt, failure } = await this.#server.ask('received');
      if (failure !== undefined) throw new Error(`${metric}: ${failure}`);
      if (count === sent) {
        await this.#client.ask('finished', metric);
        return { value: (1000 * count) / (lastAt - startedAt) };
      }
      if (performance.now() > deadline) throw new Error(`${metric}: ${count} of ${sent} messages arrived`);
      await sleep(5);
    }
  }

  async #usage() {
    const [server, client] = await Promise.all([this.#server.ask('usage'), this.#client.ask('usage')]);
    return { server, client };
  }
}

/** CPU seconds of the whole machine so far, 0 where the system does not tell. */
export function machineCpu() {
  try {
    const [, user, nice, system, , , irq, softIrq, steal] = readFileSync('/proc/stat', 'utf8').split(
      /\s+/,
      9,
    );
    return [user, nice, system, irq, softIrq, steal].reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    return 0;
  }
}

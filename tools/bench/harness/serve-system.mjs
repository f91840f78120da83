import { monitorEventLoopDelay } from 'node:perf_hooks';
import { clock, sleep } from './loops.mjs';

/** What a server has received since it was last reset; one-way measurements end when all is here. */
export class Sink {
  count = 0;
  lastAt = 0;
  failure = undefined;
  #check;

  reset(check) {
    this.count = 0;
    this.failure = undefined;
    this.#check = check;
  }

  /** A message arrived. What its check throws fails the measurement. */
  take(bytes) {
    this.count++;
    this.lastAt = clock();
    try {
      this.#check.check(bytes);
    } catch (error) {
      this.failure ??= String(error);
    }
  }
}

/**
 * The child's side of a measurement: one of the two processes of a system. `server` and `client` are objects of
 * asynchronous methods that the bench calls by name over IPC; what it can measure is the client's `metrics`.
 */
export function serveSystem({ server, client }) {
  const [, , role] = process.argv;
  const part = { ...common(), ...(role === 'server' ? server : client) };
  if (part.metrics !== undefined) {
    part.list = () => Object.keys(part.metrics);
    part.run = ({ metric, ms }) => part.metrics[metric](ms);
  }
  process.on('disconnect', () => process.exit(0));
  process.on('message', async ({ id, op, argument }) => {
    try {
      process.send({ id, value: await part[op](argument) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.send({ ready: true });
}

function common() {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  return {
    /** CPU seconds so far, and the delays of the event loop since the last call, in milliseconds. */
    usage() {
      const { user, system } = process.cpuUsage();
      const loop = { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
      delay.reset();
      return { cpu: (user + system) / 1e6, loop };
    },
    /** Bytes of memory after a garbage collection. */
    async memory() {
      for (let i = 0; i < 3; i++) {
        globalThis.gc?.();
        await sleep(100);
      }
      const { rss, heapUsed, external } = process.memoryUsage();
      return { rss, used: heapUsed + external };
    },
    stop() {
      setImmediate(() => process.exit(0));
    },
  };
}

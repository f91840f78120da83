import { quantile } from './statistics.mjs';

/** Monotonic, and the same clock in all processes of a machine. Milliseconds. */
export function clock() {
  return Number(process.hrtime.bigint()) / 1e6;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * `width` loops of `await call(loop)` for `ms` milliseconds, at most `limit` calls.
 * @returns calls per second, and quantiles of their duration in microseconds
 */
export async function closedLoop(call, { width, ms, limit = Infinity }) {
  const durations = [];
  const start = performance.now();
  const end = start + ms;
  let calls = 0;
  const loop = async (_, index) => {
    for (let before = performance.now(); before < end && calls < limit;) {
      calls++;
      await call(index);
      const after = performance.now();
      durations.push(after - before);
      before = after;
    }
  };
  await Promise.all(Array.from({ length: width }, loop));
  const seconds = (performance.now() - start) / 1000;
  return {
    value: durations.length / seconds,
    p50us: quantile(durations, 0.5) * 1000,
    p99us: quantile(durations, 0.99) * 1000,
  };
}

/**
 * Calls `send()` in bursts until `ms` have passed; `send` returns false when it must wait for `room()`.
 * @returns how many were sent and when the first was
 */
export async function stream({ send, room, ms, burst }) {
  const startedAt = clock();
  const end = performance.now() + ms;
  let sent = 0;
  while (performance.now() < end) {
    for (let i = 0; i < burst; i++) {
      sent++;
      if (!send()) {
        await room();
        break;
      }
    }
  }
  return { sent, startedAt };
}

import { SystemPair } from './system-pair.mjs';
import { formatNumber } from './statistics.mjs';

/** A measurement that other programs disturbed by more than this many cores is repeated once. */
const DISTURBED_CORES = 0.3;
const NO_LEAST = {};

/** One round: fresh processes, and metric by metric the systems take turns. */
export async function runRound(systems, metrics, { warmMs, ms, profileDir, quick }) {
  const runs = {};
  const errors = [];
  const pairs = new Map();
  const start = async (system) => {
    try {
      pairs.set(system, await new SystemPair(system, { profileDir }).start());
    } catch (error) {
      errors.push(`${system.name}: ${firstLine(error)}`);
    }
  };
  try {
    for (const system of systems) await start(system);
    for (const metric of metrics) {
      const results = (runs[metric.name] = {});
      const turns = quick ? 1 : (metric.turns ?? 1);
      for (let turn = 0; turn < turns; turn++) {
        for (const system of systems) {
          const pair = pairs.get(system);
          if (!pair?.metrics.includes(metric.name)) continue;
          if (turn > 0 && results[system.name] === undefined) continue;
          try {
            const result = await calm(pair, metric, { warmMs, ms, quick, turn, turns });
            results[system.name] = turn === 0 ? result : add(results[system.name], result, turn);
          } catch (error) {
            errors.push(`${system.name}, ${metric.name}: ${firstLine(error)}`);
            delete results[system.name];
            await pair.stop();
            pairs.delete(system);
            await start(system);
          }
        }
      }
      log(metric.name, results);
    }
  } finally {
    await Promise.all([...pairs.values()].map((pair) => pair.stop()));
  }
  for (const { name, nodeArguments } of metrics.filter((metric) => metric.nodeArguments !== undefined)) {
    runs[name] = await measureMemory(systems, nodeArguments, errors);
    log(name, runs[name]);
  }
  return { runs, errors };
}

/** Measures, again if other programs were too busy, and keeps the less disturbed result. */
async function calm(pair, metric, { warmMs, ms, quick, turn, turns }) {
  const { leastWarmMs, leastMs } = quick ? NO_LEAST : metric;
  const plan = {
    warmMs: turn === 0 ? Math.max(warmMs, leastWarmMs ?? 0) : 0,
    ms: Math.max(ms, leastMs ?? 0) / turns,
  };
  const tries = quick ? 1 : 2;
  let best;
  for (let i = 0; i < tries; i++) {
    const result = await pair.measure(metric, plan);
    if (best === undefined || result.otherCpu < best.otherCpu) best = result;
    if (best.otherCpu <= DISTURBED_CORES) break;
  }
  return best;
}

/** The mean of `turns` results and one more. */
function add(mean, result, turns) {
  const sum = {};
  for (const [key, value] of Object.entries(result)) {
    sum[key] = typeof value === 'number' ? (mean[key] * turns + value) / (turns + 1) : value;
  }
  return sum;
}

/** In processes of their own, which have done nothing else. */
async function measureMemory(systems, nodeArguments, errors) {
  const results = {};
  for (const system of systems) {
    if (['portable', 'portable-cipher', 'libp2p-stream', 'many'].includes(system.name)) continue;
    let pair;
    try {
      pair = await new SystemPair(system, { nodeArguments }).start();
      results[system.name] = await pair.measureMemory();
    } catch (error) {
      errors.push(`${system.name}, memory: ${firstLine(error)}`);
    } finally {
      await pair?.stop();
    }
  }
  return results;
}

function log(metric, results) {
  const shown = Object.entries(results).map(([name, { value, cpuUs }]) =>
    cpuUs === undefined
      ? `${name} ${formatNumber(value)}`
      : `${name} ${formatNumber(value)} (${formatNumber(cpuUs)} µs)`,
  );
  if (shown.length > 0) console.error(`  ${metric}: ${shown.join(', ')}`);
}

function firstLine(error) {
  return error.message.split('\n', 1)[0];
}

// npm run bench:guard: the hot path's micro-benchmarks on this commit and the one before, interleaved in one process.
// Fails only where this one is slower by far more than the noise that the same run shows. Never on absolute times.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { median, quantile } from './harness/statistics.mjs';
import { calibrate, timeOnce } from './micro/timing.mjs';

const LIMIT_MS = 60_000;
const RUN_MS = 12;
const ROUNDS = 25;
/** A regression is at least this much slower … */
const LEAST_RATIO = 1.35;
/** … and by this many times the noise, in the best runs as well as in the median. */
const NOISE_FACTOR = 3;

const root = path.resolve(import.meta.dirname, '../..');
const git = (...args) => execFileSync('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
const dir = mkdtempSync(path.join(tmpdir(), 'diemnet-guard-'));
const deadline = performance.now() + LIMIT_MS;
try {
  process.exitCode = await main();
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function main() {
  const previous = previousSources();
  if (previous === undefined) return 0;
  const [now, before] = [await load(root, 'now'), await load(previous, 'before')];
  if (before === undefined) {
    console.log('guard: the previous commit has no such benchmarks; nothing to compare');
    return 0;
  }
  await load(root, 'copy');
  let regressions = 0;
  for (const name of Object.keys(now)) {
    if (before[name] === undefined) continue;
    const verdict = await compare(name);
    if (verdict === undefined) {
      console.log(`guard: out of time before "${name}"`);
      break;
    }
    const { ratio, noise, slower } = verdict;
    const text = `${ratio.toFixed(2)} × the time before (noise ± ${noise.toFixed(2)})`;
    console.log(`${slower ? 'SLOWER' : '    ok'}  ${name}: ${text}`);
    if (slower) regressions++;
  }
  return regressions === 0 ? 0 : 1;
}

/**
 * All three take turns. What looks like a regression is measured twice more before it is called one, each time with
 * modules loaded anew: what the compiler makes of the same code differs from one time to the next.
 */
async function compare(name) {
  let result;
  for (let attempt = 0; attempt < 3; attempt++) {
    const [now, before, copy] = await Promise.all(
      ['now', 'before', 'copy'].map(async (which) => (await benchmarks(which, attempt))[name]),
    );
    const count = calibrate(now, RUN_MS);
    for (const run of [before, copy]) run(count);
    const times = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      if (performance.now() > deadline) return undefined;
      for (let i = 0; i < 3; i++) {
        const which = (i + round) % 3;
        times[which].push(timeOnce([now, before, copy][which], count));
      }
    }
    const ratio = Math.min(compareBest(times[0], times[1]), compareMedian(times[0], times[1]));
    const noise = noiseOf(times);
    result = { ratio, noise, slower: ratio > LEAST_RATIO && ratio > 1 + NOISE_FACTOR * noise };
    if (!result.slower) break;
  }
  return result;
}

/** What two copies of the same code differ by, and how uncertain a median of ratios is. */
function noiseOf([now, before, copy]) {
  const ratios = now.map((time, i) => time / before[i]);
  const spread = (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / median(ratios);
  const error = spread / Math.sqrt(ratios.length);
  const noise = Math.max(error, Math.abs(compareBest(copy, now) - 1), Math.abs(compareMedian(copy, now) - 1));
  // However noisy the machine: four times the time, in every attempt, is no noise.
  return Math.min(1, noise);
}

function compareBest(some, others) {
  return Math.min(...some) / Math.min(...others);
}

function compareMedian(some, others) {
  return median(some.map((time, i) => time / others[i]));
}

/** The packages as they were one commit ago, unpacked beside the repository. Undefined if there was none. */
function previousSources() {
  const target = path.join(dir, 'previous');
  try {
    mkdirSync(target);
    const archive = path.join(dir, 'previous.tar');
    git('archive', '--output', archive, 'HEAD~1', 'packages');
    execFileSync('tar', ['xf', archive, '-C', target]);
    return target;
  } catch {
    console.log('guard: there is no previous commit here; nothing to compare');
    return undefined;
  }
}

/** This file's benchmarks over the sources of one tree, in a bundle of their own. Undefined if they do not build. */
async function load(tree, name) {
  const outfile = path.join(dir, `${name}.mjs`);
  const sources = {
    name: 'sources',
    setup({ onResolve }) {
      onResolve({ filter: /^@diemnet\// }, ({ path: wanted }) => {
        const [, folder, inside] = /^@diemnet\/([^/]+)(\/testing)?$/.exec(wanted);
        return { path: path.join(tree, 'packages', folder, 'src', inside ? 'testing' : '', 'index.ts') };
      });
    },
  };
  try {
    await build({
      entryPoints: [path.join(import.meta.dirname, 'micro/hot-path.mjs')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // The commit before has no node_modules of its own.
      nodePaths: [path.join(root, 'node_modules')],
      plugins: [sources],
      logLevel: 'silent',
    });
    return await benchmarks(name, 0);
  } catch (error) {
    if (tree === root) throw error;
    return undefined;
  }
}

async function benchmarks(name, attempt) {
  const { href } = pathToFileURL(path.join(dir, `${name}.mjs`));
  return (await import(`${href}?${attempt}`)).hotPath();
}

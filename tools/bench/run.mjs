// npm run bench: DiemNet beside what else a Node user could pick, on loopback, as ratios. See README.md.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { parseArguments, USAGE } from './harness/arguments.mjs';
import { createCertificate } from './harness/certificate.mjs';
import { runRound } from './harness/round.mjs';
import { METRICS, SYSTEMS } from './metrics.mjs';
import { runAlone } from './alone/run.mjs';
import { printSummary } from './report/print.mjs';

/** The whole bench ends here at the latest; children leave when their channel closes. */
const LIMIT_MS = 60 * 60_000;
const FULL = { rounds: 5, warmMs: 1500, ms: 1500 };
const QUICK = { rounds: 1, warmMs: 300, ms: 400 };

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
const options = parseArguments(process.argv.slice(2));
if (options.help) {
  console.log(
    `${USAGE}\nsystems: ${SYSTEMS.map(({ name }) => name).join(', ')}\nmetrics: ${METRICS.map(({ name }) => name).join(', ')}, alone`,
  );
  process.exit(0);
}
const plan = { ...(options.quick ? QUICK : FULL) };
if (options.rounds > 0) plan.rounds = options.rounds;
if (options.ms > 0) plan.ms = options.ms;

setTimeout(() => {
  console.error('the bench took too long');
  process.exit(2);
}, LIMIT_MS).unref();

const metrics = METRICS.filter(
  ({ name, notQuick }) => options.metrics?.includes(name) ?? !(options.quick && notQuick),
);
const systems = chooseSystems();
if (options.profile !== undefined) mkdirSync(path.resolve(options.profile), { recursive: true });
const profileDir = options.profile && path.resolve(options.profile);

const data = {
  machine: machine(),
  commit: commit(),
  quick: options.quick === true,
  plan,
  rounds: [],
  alone: undefined,
};
for (let number = 0; number < plan.rounds; number++) {
  const rotated = systems.map((_, i) => systems[(i + number) % systems.length]);
  const load = loadavg()[0];
  const { runs, errors } = await runRound(rotated, metrics, {
    ...plan,
    profileDir,
    quick: options.quick === true,
  });
  data.rounds.push({ load, runs, errors });
  console.error(`round ${number + 1} of ${plan.rounds} done, load ${load.toFixed(2)}`);
  save();
}
if (options.metrics === undefined || options.metrics.includes('alone')) {
  data.alone = await runAlone();
  save();
}
printSummary(data);
process.exit(0);

function save() {
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(data)}\n`);
}

/** The systems that are asked for and can run here. */
function chooseSystems() {
  let chosen = SYSTEMS.filter(({ name }) => options.systems?.includes(name) ?? true);
  if (chosen.some(({ peers }) => peers) && !existsSync(path.join(here, 'peers/node_modules/libp2p'))) {
    console.error('installing the peers…');
    try {
      execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: path.join(here, 'peers'), stdio: 'ignore' });
    } catch {
      console.error('the peers could not be installed: without them');
      chosen = chosen.filter(({ peers }) => !peers);
    }
  }
  let certificate;
  try {
    certificate = createCertificate();
  } catch {
    console.error('no openssl to make a certificate with: without the systems that use TLS');
    chosen = chosen.filter(({ tls }) => !tls);
  }
  return chosen.map((system) => ({
    ...system,
    file: path.join(here, system.file),
    env: { ...system.env, ...(system.tls ? certificate : {}) },
  }));
}

function machine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    openssl: process.versions.openssl,
  };
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

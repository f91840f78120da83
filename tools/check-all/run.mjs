/**
 * Runs all checks of the repository beyond `npm run check`, as many at a time as there are cores, and says what each took.
 *
 *   npm run check:all [-- NAME...]
 *
 * NAME is one of the checks below, for a part. What a check prints is shown when it fails.
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import { root } from '../workspace/packages.mjs';

/** Comes first: several checks look at what it makes, and none of them may make it anew meanwhile. */
const BUILD = ['npm', 'run', '--silent', 'build'];
/** As the scripts of package.json of these names, without their builds. Long ones first, short ones fill the gaps. */
const CHECKS = {
  'test:consumer': ['node', 'tools/consumer/run.mjs'],
  'test:matrix': ['node', 'tools/node-matrix/run.mjs', '--only', '26', '--smoke', '--maxWorkers=1'],
  'release:rehearse': ['node', 'tools/release/rehearse.mjs'],
  'test:new-package': ['node', 'tools/new-package/test.mjs'],
  // One process: loading what it checks with costs more than checking.
  'check:packages': ['node', 'tools/check-package/run.mjs'],
  docs: ['npm', 'run', '--silent', 'docs'],
  'check:examples': ['node', 'tools/examples/check.mjs'],
  'test:lint': ['node', 'tools/lint/layers-test.mjs'],
  'check:architecture': ['node', 'tools/architecture/check.mjs'],
  'check:changesets': ['node', 'tools/changeset-check/check.mjs'],
  'check:mutations': ['node', 'tools/mutation/run.mjs', '--check'],
  footprint: ['node', 'tools/footprint/run.mjs', '--check'],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(`no check ${unknown.join(', ')}; there are ${Object.keys(CHECKS).join(', ')}`);
  process.exit(2);
}
const waiting = Object.keys(CHECKS).filter((name) => wanted.length === 0 || wanted.includes(name));
const began = Date.now();
const failed = [];
await check('build', BUILD);
await Promise.all(Array.from({ length: os.availableParallelism() }, work));
console.log(
  `${failed.length === 0 ? 'all held' : `failed: ${failed.join(', ')}`} (${seconds(began)} s in all)`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
    await check(name, CHECKS[name]);
}

async function check(name, command) {
  const start = Date.now();
  const { code, said } = await run(...command);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds(start)} s)`);
  if (code === 0) return;
  failed.push(name);
  console.error(said);
}

function run(program, ...args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, NX_TUI: 'false' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('error', (error) => (said += error.message));
    child.on('close', (code) => resolve({ code, said }));
  });
}

function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(1);
}

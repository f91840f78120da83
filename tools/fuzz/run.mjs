/**
 * Fuzzes decoders and sans-IO state machines: `npm run fuzz -- --target X --runs N --seed S`. See README.md.
 */
import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { parseCommand } from '../workspace/command.mjs';
import { targetNames } from './targets/names.mjs';

const args = parseCommand({
  usage: 'npm run fuzz -- [options]',
  about: 'Fuzzes decoders and sans-IO state machines. See tools/fuzz/README.md.',
  options: {
    target: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'one target, may be repeated; all of them',
    },
    runs: { type: 'number', value: 'N', help: 'inputs per target; 1000000 unless --seconds is given' },
    seed: { type: 'number', value: 'N', default: 1, help: 'the same seed gives the same inputs' },
    seconds: { type: 'number', value: 'N', help: 'end earlier, so that all targets together take so long' },
    input: { type: 'string', value: 'FILE', help: 'run one input, such as a finding, through one target' },
    report: { type: 'string', value: 'FILE', help: 'write the figures as JSON, after every target' },
    list: { type: 'boolean', help: 'name the targets' },
  },
});
if (args.list) {
  console.log(targetNames.join('\n'));
  process.exit();
}
const names = args.target ?? targetNames;
for (const name of names) {
  if (!targetNames.includes(name)) {
    console.error(`unknown target ${name}; there are: ${targetNames.join(', ')}`);
    process.exit(2);
  }
}

/** No input may take this long, whatever else the machine does. */
const HANG_MS = 20_000;
const LOOK_EVERY_MS = 500;
const MAX_INPUT_BYTES = 1 << 20;
const root = path.resolve(import.meta.dirname, '../..');
const began = Date.now();
const outdir = path.join(root, 'node_modules/.cache/diemnet-fuzz', String(process.pid));

process.on('exit', () => fs.rmSync(outdir, { recursive: true, force: true }));
await build({
  entryPoints: { worker: path.join(import.meta.dirname, 'engine/worker.mjs') },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // Packages are read from their sources, so that state machines that they do not export can be reached as well.
  conditions: ['@diemnet/source'],
  platform: 'node',
  format: 'esm',
  target: 'node20',
  define: { FIXTURES: JSON.stringify(path.join(root, 'packages')) },
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'error',
});
const { seed } = args;
const runs = args.runs ?? (args.seconds === undefined ? 1_000_000 : Infinity);
const endsAt = args.seconds === undefined ? Infinity : began + args.seconds * 1000;
const input = args.input === undefined ? undefined : Uint8Array.from(fs.readFileSync(args.input));
/** What was done so far counts: whoever is interrupted finishes its figures. */
let interrupted = false;
let interrupt = () => {};
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    interrupted = true;
    interrupt();
  });
}
let findings = 0;
let total = 0;
const table = [];

for (const [i, name] of names.entries()) {
  if (interrupted) break;
  // What is left of the time is shared among the targets that are left.
  const outcome = await fuzz(name, Date.now() + (endsAt - Date.now()) / (names.length - i));
  if (outcome.type === 'finding') {
    findings++;
    const file = path.join(root, 'test-results', `fuzz-${name}-${outcome.kind}.bin`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (outcome.input !== undefined) fs.writeFileSync(file, outcome.input);
    console.error(`${name}: ${outcome.message}\n${outcome.stack ?? ''}`);
    console.error(
      `  input: ${path.relative(root, file)}; again: npm run fuzz -- --target ${name} --input <file>`,
    );
  } else if (outcome.result !== undefined) {
    const { runs: done, accepted, refused, answers, corpus, heapBytes, seconds } = outcome.result;
    total += done;
    table.push({ target: name, seed, runs: done, accepted, refused, answers, corpus, heapBytes, seconds });
    const perSecond = Math.round(done / seconds);
    const heap = heapBytes.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' to ');
    console.log(
      `${name.padEnd(20)} ${String(done).padStart(10)} inputs, ${accepted} accepted, ${refused} refused, ` +
        `${answers} kinds of answers, heap ${heap} MiB, ${perSecond}/s`,
    );
    if (args.report !== undefined) writeReport(args.report);
  } else console.log(`${name}: accepted, ${outcome.answer}`);
}
console.log(`${total} inputs, ${findings} findings`);
process.exitCode = findings > 0 ? 1 : 0;

function writeReport(file) {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(table, null, 2)}\n`);
}

/** Runs one target in a thread of its own, so that an input that never ends can be told. */
function fuzz(name, until) {
  return new Promise((resolve) => {
    const shared = new SharedArrayBuffer(12 + MAX_INPUT_BYTES);
    const header = new Int32Array(shared, 0, 3);
    interrupt = () => Atomics.store(header, 2, 1);
    if (interrupted) interrupt();
    const worker = new Worker(path.join(outdir, 'worker.mjs'), {
      workerData: { name, runs, seed, until, shared, input },
      execArgv: [],
    });
    let last = -1;
    let looks = 0;
    // Counted in looks rather than by the clock: whoever was stopped for a minute does not hang.
    const watchdog = setInterval(() => {
      const now = Atomics.load(header, 0);
      looks = now === last ? looks + 1 : 0;
      last = now;
      if (looks * LOOK_EVERY_MS <= HANG_MS) return;
      const bytes = Uint8Array.from(new Uint8Array(shared, 12, header[1]));
      end({ type: 'finding', kind: 'hang', message: `run ${now} does not end`, input: bytes });
    }, LOOK_EVERY_MS);
    const end = (outcome) => {
      clearInterval(watchdog);
      void worker.terminate();
      resolve(outcome);
    };
    worker.on('message', (message) => {
      if (message.type !== 'progress') end(message);
    });
    worker.on('error', (error) =>
      end({
        type: 'finding',
        kind: 'crash',
        message: `uncaught: ${error.message}`,
        stack: error.stack,
        input: Uint8Array.from(new Uint8Array(shared, 12, header[1])),
      }),
    );
  });
}

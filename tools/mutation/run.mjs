/**
 * Breaks the code on purpose, one small edit at a time, and expects the tests that claim a row to notice.
 *
 *   npm run mutation                    every mutation, takes minutes
 *   npm run mutation -- C-149 C-2       those whose row begins like one of these
 *   npm run mutation -- --check         only whether every edit still finds its place
 *
 * Works on a copy in the system's folder for temporary files, so that the working tree is never touched. Only tests
 * with the row in their title run: they, not some other test that happens to notice, must fail.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mutations } from './mutations.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const TEST_TIMEOUT_MS = 120_000;
const args = process.argv.slice(2);
const prefixes = args.filter((arg) => !arg.startsWith('--'));
const chosen = mutations.filter(
  ({ row }) => prefixes.length === 0 || prefixes.some((prefix) => row.startsWith(prefix)),
);

const misplaced = chosen.filter(({ file, find }) => occurrences(path.join(root, file), find) !== 1);
for (const { row, file, find } of misplaced) console.error(`${row}: not exactly once in ${file}: ${find}`);
if (args.includes('--check')) process.exit(misplaced.length > 0 ? 1 : 0);
const placed = chosen.filter((mutation) => !misplaced.includes(mutation));

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'diemnet-mutation-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
copyTree();

const specs = listSpecs();
const survivors = [];
const unclear = [];
for (const mutation of placed) {
  const began = Date.now();
  const verdict = judge(mutation);
  if (verdict === 'survived') survivors.push(mutation);
  else if (verdict !== 'killed') unclear.push(mutation);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${mutation.row}  ${verdict.padEnd(8)} ${seconds.padStart(5)} s  ${mutation.what}`);
}
console.log(
  `\n${placed.length} mutations: ${placed.length - survivors.length - unclear.length} killed, ` +
    `${survivors.length} survived, ${unclear.length} without a test to judge them; ` +
    `${misplaced.length} found no place`,
);
for (const { row, file, what } of [...survivors, ...unclear]) console.log(`  ${row} ${file}: ${what}`);
process.exitCode = survivors.length + unclear.length + misplaced.length > 0 ? 1 : 0;

function judge({ row, file, find, replace }) {
  const claiming = specs.filter(({ text }) => text.includes(row)).map(({ relative }) => relative);
  if (claiming.length === 0) return 'no test';
  const target = path.join(scratch, file);
  const original = fs.readFileSync(target, 'utf8');
  fs.writeFileSync(
    target,
    original.replace(find, () => replace),
  );
  try {
    const { status, error, stdout, stderr } = jest(row, claiming);
    const output = `${stdout}${stderr}`;
    // A suite that cannot load is no verdict of a test, and neither is a run in which no test matched.
    if (/Test suite failed to run|No tests found|Tests:\s+\d+ skipped, \d+ total/.test(output)) {
      return 'broken';
    }
    if (error !== undefined) return 'killed'; // it hangs: also a failure
    return status === 0 ? 'survived' : 'killed';
  } finally {
    fs.writeFileSync(target, original);
  }
}

function jest(row, files) {
  return spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/jest/bin/jest.js'),
      '--runInBand',
      '--silent',
      '--forceExit',
      '--testNamePattern',
      `\\[${row}\\]`,
      ...files,
    ],
    { cwd: scratch, encoding: 'utf8', timeout: TEST_TIMEOUT_MS, killSignal: 'SIGKILL' },
  );
}

/** Sources and tests as they are in the working tree; dependencies are linked, siblings lead into the copy. */
function copyTree() {
  for (const name of ['package.json', 'tools/jest']) {
    fs.cpSync(path.join(root, name), path.join(scratch, name), { recursive: true });
  }
  fs.writeFileSync(
    path.join(scratch, 'jest.config.cjs'),
    "module.exports = { projects: ['<rootDir>/packages/*'] };\n",
  );
  const siblings = path.join(scratch, 'node_modules/@diemnet');
  fs.mkdirSync(siblings, { recursive: true });
  for (const entry of fs.readdirSync(path.join(root, 'node_modules'))) {
    if (entry === '@diemnet') continue;
    fs.symlinkSync(path.join(root, 'node_modules', entry), path.join(scratch, 'node_modules', entry));
  }
  for (const name of fs.readdirSync(path.join(root, 'packages'))) {
    const from = path.join(root, 'packages', name);
    const to = path.join(scratch, 'packages', name);
    fs.cpSync(from, to, {
      recursive: true,
      filter: (source) => !/[\\/](node_modules|dist)$/.test(source),
    });
    fs.symlinkSync(to, path.join(siblings, name));
    const own = path.join(from, 'node_modules');
    if (fs.existsSync(own)) fs.symlinkSync(own, path.join(to, 'node_modules'));
  }
}

function listSpecs() {
  const tests = fs
    .readdirSync(path.join(scratch, 'packages'))
    .map((name) => path.join(scratch, 'packages', name, 'test'))
    .filter((folder) => fs.existsSync(folder));
  return tests.flatMap((folder) =>
    fs
      .readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith('.spec.ts'))
      .map((name) => path.join(folder, name))
      .map((file) => ({ relative: path.relative(scratch, file), text: fs.readFileSync(file, 'utf8') })),
  );
}

function occurrences(file, text) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split(text).length - 1 : 0;
}

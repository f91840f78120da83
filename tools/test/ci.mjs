/**
 * Runs the test command of the README with results as JSON, and says in one last line how many passed and failed.
 *
 * Test files that fail are run once more, alone: on a busy machine a test of whole processes can run out of time.
 * What fails again has failed; what passes then is named, so that it gets looked at.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const results = path.join(root, 'test-results');
fs.mkdirSync(results, { recursive: true });

const first = run('jest.json', []);
const failing = first?.testResults.filter((file) => file.status === 'failed') ?? [];
let outcome = first;
if (first !== undefined && failing.length > 0) {
  console.log(`\nonce more, alone: ${failing.map((file) => path.relative(root, file.name)).join(' ')}`);
  const again = run('jest-again.json', ['--runInBand', ...failing.map((file) => file.name)]);
  if (again !== undefined) {
    outcome = merge(first, again);
    fs.writeFileSync(path.join(results, 'jest.json'), JSON.stringify(outcome));
  }
}

const tests = outcome?.testResults.flatMap((file) => file.assertionResults) ?? [];
const broken = outcome?.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some(isFailed),
);
const passed = tests.filter((test) => test.status === 'passed').length;
const failed = tests.filter(isFailed).length + (broken?.length ?? 1);
fs.writeFileSync(path.join(results, 'summary.txt'), `${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function run(name, args) {
  const file = path.join(results, name);
  fs.rmSync(file, { force: true });
  spawnSync('npm', ['test', '--', '--json', `--outputFile=${file}`, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

function merge(before, after) {
  const again = new Map(after.testResults.map((file) => [file.name, file]));
  return { ...before, testResults: before.testResults.map((file) => again.get(file.name) ?? file) };
}

function isFailed(test) {
  return test.status === 'failed';
}

/** Creates a package in a scratch copy of the last commit and runs all checks over it. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { scratchCopy } from '../workspace/scratch-copy.mjs';

const NAME = 'made-for-a-test';
const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'diemnet-new-package-'));
try {
  scratchCopy(copy);
  const run = (...args) => execFileSync('npx', args, { cwd: copy, encoding: 'utf8', stdio: 'pipe' });
  execFileSync('node', ['tools/new-package/run.mjs', NAME, '--layer', '1'], { cwd: copy, stdio: 'pipe' });
  run('nx', 'show', 'projects');
  run('eslint', `packages/${NAME}`, '--max-warnings', '0');
  run('prettier', '--check', `packages/${NAME}`, 'tsconfig.json', 'tools/check-package');
  run('jest', '--selectProjects', NAME);
  execFileSync('node', ['tools/check-package/run.mjs', NAME], { cwd: copy, stdio: 'pipe' });
  // What it says of other packages is not the question here.
  const { stdout, stderr } = spawnSync('node', ['tools/architecture/check.mjs'], {
    cwd: copy,
    encoding: 'utf8',
  });
  if (`${stdout}${stderr}`.includes(NAME)) throw new Error(stderr);
  console.log('a new package passed format, lint, types, tests, package and architecture checks');
} catch (error) {
  console.error(error.message, error.stdout?.toString(), error.stderr?.toString());
  process.exitCode = 1;
} finally {
  fs.rmSync(copy, { recursive: true, force: true });
}

/**
 * Builds what the CLI needs, JavaScript only. Talks to stderr alone, so that stdout stays the program's.
 * Nx caches the result: a second run takes about a second.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const nx = path.join(
  path.dirname(createRequire(import.meta.url).resolve('nx/package.json')),
  'dist/bin/nx.js',
);
if (process.stderr.isTTY) process.stderr.write('building…\n');
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [nx, 'run', 'cli:compile', '--outputStyle=static'],
  { cwd: root, encoding: 'utf8' },
);
if (status !== 0) process.stderr.write(`${stdout}\n${stderr}\n`);
process.exitCode = status ?? 1;

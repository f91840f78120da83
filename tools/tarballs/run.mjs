/**
 * Builds packages and packs them, with those of ours that they depend on: for trying them in another project before
 * they are on a registry.
 *
 *   npm run tarballs -- NAME... [--into FOLDER]
 *
 * Without names: all. FOLDER is `tarballs` by default. Prints the command that installs them.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readPackages, root } from '../workspace/packages.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { into: { type: 'string', default: 'tarballs' } },
});
const packages = new Map(readPackages().map((one) => [one.manifest.name, one]));
const wanted = new Set();
const names = positionals.map((name) => `@diemnet/${name.replace(/^@diemnet\//, '')}`);
for (const name of names.length === 0 ? packages.keys() : names) want(name);

const projects = [...wanted].map((name) => packages.get(name).name).join(',');
run('npx', ['nx', 'run-many', '-t', 'build', '-p', projects, '--output-style=static'], 'ignore');
const into = path.resolve(values.into);
fs.mkdirSync(into, { recursive: true });
const folders = [...wanted].map((name) => packages.get(name).folder);
const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', into, ...folders], 'pipe'));
const files = Object.values(packed).map(({ filename }) =>
  path.join(into, filename.replace('@', '').replaceAll('/', '-')),
);
console.log(`npm install ${files.join(' ')}`);

/** A package with all of ours that it depends on. */
function want(name) {
  const one = packages.get(name);
  if (one === undefined) {
    console.error(
      `no package ${name}; there are ${[...packages.values()].map((each) => each.name).join(', ')}`,
    );
    process.exit(2);
  }
  if (wanted.has(name)) return;
  wanted.add(name);
  for (const dependency of Object.keys(one.manifest.dependencies ?? {}))
    if (dependency.startsWith('@diemnet/')) want(dependency);
}

function run(command, args, stdout) {
  return execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', stdout, 'inherit'] });
}

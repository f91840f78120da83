/**
 * Creates a package that passes all checks as it is:
 *
 *   npm run new-package -- NAME --layer N [--description "What it is for."]
 *
 * A script rather than a Nx generator: it needs no package of its own, and nothing to learn.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { readJson } from '../workspace/packages.mjs';
import { packageFiles } from './template.mjs';

const KINDS = ['values', 'bytes', 'link', 'session', 'peers', 'services', 'assembly', 'programs'];

const root = process.cwd();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { layer: { type: 'string' }, description: { type: 'string' }, install: { type: 'boolean' } },
});
const [name] = positionals;
const layer = Number(values.layer);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name ?? '') || KINDS[layer] === undefined) {
  console.error('usage: npm run new-package -- NAME --layer N [--description "What it is for."]');
  console.error(`layers: ${KINDS.map((kind, index) => `${index} ${kind}`).join(', ')}`);
  process.exit(2);
}
if (!fs.existsSync(path.join(root, 'packages/types'))) {
  console.error('run it at the root of the repository');
  process.exit(2);
}
const folder = path.join(root, 'packages', name);
if (fs.existsSync(folder)) {
  console.error(`packages/${name} exists`);
  process.exit(2);
}

const description = values.description ?? `The ${name} of a DiemNet node.`;
const { version } = readJson(path.join(root, 'packages/types/package.json'));
const files = packageFiles({ name, layer, kind: KINDS[layer], description, typesVersion: version });
for (const [file, text] of Object.entries(files)) await write(path.join('packages', name, file), text);

const solution = readJson(path.join(root, 'tsconfig.json'));
const place = solution.references.findIndex(({ path: one }) => one === 'examples');
solution.references.splice(place < 0 ? solution.references.length : place, 0, { path: `packages/${name}` });
await write('tsconfig.json', JSON.stringify(solution));

const link = path.join(root, 'node_modules/@diemnet', name);
if (!fs.existsSync(link)) {
  // What `npm install` does for a workspace; the lock file only names it.
  execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--offline'], {
    cwd: root,
    stdio: 'inherit',
  });
  fs.symlinkSync(path.join('../../packages', name), link);
}
execFileSync('npx', ['nx', 'run', `${name}:build`], { cwd: root, stdio: 'inherit' });
execFileSync('node', ['tools/check-package/run.mjs', name, '--update'], { cwd: root, stdio: 'inherit' });
console.log(`packages/${name} is there. Next: add its row to the table in README.md, and a changeset.`);

async function write(file, text) {
  const target = path.join(root, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const config = await prettier.resolveConfig(target);
  fs.writeFileSync(target, await prettier.format(text, { ...config, filepath: target }));
}

/**
 * What installing the packages brings along. Writes the table between the markers in README.md.
 *
 *   node tools/footprint/run.mjs [--check]
 *
 * Fails if a dependency has an install script, or no line in docs/dependencies.md; with `--check` also if the README is
 * not what would be written.
 */
import fs from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { readJson, readPackages, root } from '../workspace/packages.mjs';

const START = '<!-- footprint: npm run footprint -->';
const END = '<!-- /footprint -->';
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

const problems = [];
const found = new Map();
for (const one of readPackages()) visit(one.folder, one.manifest, one);

const reasons = fs.readFileSync(path.join(root, 'docs/dependencies.md'), 'utf8');
for (const [name, { manifest, folder, direct }] of found) {
  const scripts = INSTALL_SCRIPTS.filter((script) => manifest.scripts?.[script]);
  if (scripts.length > 0 || fs.existsSync(path.join(folder, 'binding.gyp')))
    problems.push(`${name} has an install script`);
  if (direct && !reasons.includes(`\`${name}\``)) problems.push(`docs/dependencies.md does not name ${name}`);
}
for (const [, name] of reasons.matchAll(/^\| `([^`]+)`/gm))
  if (!found.has(name)) problems.push(`docs/dependencies.md names ${name}, which nothing depends on`);

const file = path.join(root, 'README.md');
const readme = fs.readFileSync(file, 'utf8');
const from = readme.indexOf(START);
const to = readme.indexOf(END);
if (from < 0 || to < from) problems.push(`README.md lacks ${START} … ${END}`);
else {
  const written = `${readme.slice(0, from)}${START}\n\n${table()}\n\n${readme.slice(to)}`;
  const text = await prettier.format(written, { ...(await prettier.resolveConfig(file)), filepath: file });
  if (process.argv.includes('--check')) {
    if (text !== readme) problems.push('the footprint in README.md is out of date: npm run footprint');
  } else fs.writeFileSync(file, text);
}
for (const problem of problems) console.error(problem);
console.log(`footprint: ${found.size} packages from elsewhere, ${kib(total([...found.keys()]))}`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Notes every package from elsewhere that a package of ours leads to. */
function visit(folder, manifest, ours, parent) {
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const target = installed(name, folder);
    const next = readJson(path.join(target, 'package.json'));
    if (name.startsWith('@diemnet/')) continue;
    const known = found.get(name);
    const entry = known ?? {
      manifest: next,
      folder: target,
      users: new Set(),
      direct: false,
      parents: new Set(),
    };
    found.set(name, entry);
    entry.direct ||= parent === undefined;
    if (parent !== undefined) entry.parents.add(parent);
    const seen = entry.users.has(ours.name);
    entry.users.add(ours.name);
    if (!seen) visit(target, next, ours, name);
  }
}

function installed(name, from) {
  for (let folder = fs.realpathSync(from); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (fs.existsSync(path.join(candidate, 'package.json'))) return fs.realpathSync(candidate);
    if (folder === path.dirname(folder)) throw new Error(`${name} is not installed for ${from}`);
  }
}

function table() {
  const libraries = readPackages().filter(({ layer }) => layer < 7);
  const inLibraries = [...found].filter(([, { users }]) => libraries.some(({ name }) => users.has(name)));
  const rows = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { manifest, folder, users, direct, parents }]) => {
      const by = direct ? [...users].sort().join(', ') : `through ${[...parents].sort().join(', ')}`;
      return `| ${name} | ${manifest.version} | ${kib(size(folder))} | ${by} |`;
    });
  return [
    `The library packages (layers 0 to 6) bring ${inLibraries.length} packages from elsewhere,`,
    `${kib(total(inLibraries.map(([name]) => name)))} unpacked; the programs (layer 7) ${found.size}, ${kib(total([...found.keys()]))}.`,
    'None has an install script. Why each is there: [dependencies](docs/dependencies.md).',
    '',
    '| Package | Version | Unpacked | Wanted by |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function total(names) {
  return names.reduce((sum, name) => sum + size(found.get(name).folder), 0);
}

function size(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && !path.relative(folder, entry.parentPath).split(path.sep).includes('node_modules'),
    )
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

function kib(bytes) {
  return `${Math.round(bytes / 1024).toLocaleString('en')} KiB`;
}

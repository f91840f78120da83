/**
 * Tarballs of the built packages and of everything they depend on, and fresh projects that install from them alone:
 * what a user gets, without a registry.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { readJson } from './packages.mjs';

/**
 * Packs all packages of a repository, and the third-party packages that they need from its node_modules.
 *
 * @returns package name -> {tarball, manifest}
 */
export function packAll(packages, into) {
  fs.mkdirSync(into, { recursive: true });
  const packed = new Map();
  const wanted = packages.map(({ folder }) => folder);
  while (wanted.length > 0) {
    const folder = wanted.shift();
    const manifest = readJson(path.join(folder, 'package.json'));
    if (packed.has(manifest.name)) continue;
    packed.set(manifest.name, { manifest, folder });
    for (const dependency of Object.keys(manifest.dependencies ?? {}))
      if (!packed.has(dependency)) wanted.push(findInstalled(dependency, folder));
  }
  // One npm for all of them: starting it costs more than packing.
  const folders = [...packed.values()].map(({ folder }) => folder);
  const output = npm(into, ['pack', '--json', '--ignore-scripts', ...folders]);
  const answer = JSON.parse(output);
  for (const { name, filename } of Array.isArray(answer) ? answer : Object.values(answer))
    packed.get(name).tarball = path.join(into, filename.replace('@', '').replaceAll('/', '-'));
  return packed;
}

/** The folder that `require(name)` would find from another folder, also where exports hide package.json. */
function findInstalled(name, from) {
  for (let folder = fs.realpathSync(from); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (fs.existsSync(path.join(candidate, 'package.json'))) return fs.realpathSync(candidate);
    if (folder === path.dirname(folder)) throw new Error(`${name} is not installed for ${from}`);
  }
}

/** A package with all that its manifest leads to. */
export function closure(packed, names) {
  const reached = new Set();
  const visit = (name) => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const dependency of Object.keys(packed.get(name).manifest.dependencies ?? {})) visit(dependency);
  };
  names.forEach(visit);
  return reached;
}

/** A new project in `folder` that depends on the named packages and has installed them from their tarballs. */
export function installConsumer(folder, packed, names, manifest = {}) {
  fs.mkdirSync(folder, { recursive: true });
  const reference = (name) => `file:${packed.get(name).tarball}`;
  const overrides = {};
  for (const name of closure(packed, names)) if (!names.includes(name)) overrides[name] = reference(name);
  const own = {
    name: 'consumer',
    version: '1.0.0',
    private: true,
    ...manifest,
    dependencies: Object.fromEntries(names.map((name) => [name, reference(name)])),
    overrides,
  };
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  npm(folder, ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Names of the packages in a project's node_modules, nested ones included. */
export function installedPackages(folder) {
  const names = [];
  const modules = path.join(folder, 'node_modules');
  if (!fs.existsSync(modules)) return names;
  for (const entry of fs.readdirSync(modules)) {
    if (entry.startsWith('.')) continue;
    const inScope = entry.startsWith('@') ? fs.readdirSync(path.join(modules, entry)) : [undefined];
    for (const inner of inScope) {
      const name = inner === undefined ? entry : `${entry}/${inner}`;
      names.push(name, ...installedPackages(path.join(modules, name)));
    }
  }
  return names;
}

function npm(cwd, args) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The packages of this repository as the other tools see them. */
import fs from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** Every package: folder name, folder, manifest, layer; in order of layers, then of names. */
export function readPackages(repository = root) {
  const folder = path.join(repository, 'packages');
  return fs
    .readdirSync(folder)
    .filter((name) => fs.existsSync(path.join(folder, name, 'package.json')))
    .map((name) => readPackage(path.join(folder, name)))
    .sort((a, b) => a.layer - b.layer || (a.name < b.name ? -1 : 1));
}

function readPackage(folder) {
  const project = readJson(path.join(folder, 'project.json'));
  const layer = Number(
    project.tags.find((tag) => tag.startsWith('layer:'))?.slice('layer:'.length) ?? Number.NaN,
  );
  return {
    name: path.basename(folder),
    folder,
    layer,
    manifest: readJson(path.join(folder, 'package.json')),
  };
}

/** Entries of a package that contain code: `.` and perhaps `./testing`, with their source files. */
export function codeEntries({ folder, manifest }) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath, target]) => ({
      subpath,
      source: path.join(folder, target['@diemnet/source']),
      output: path.join(folder, target.default),
      types: path.join(folder, target.types),
    }));
}

export function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

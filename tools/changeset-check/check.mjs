/**
 * A change to what a package publishes carries a changeset that names the package.
 *
 *   node tools/changeset-check/check.mjs [BASE] [--in FOLDER]
 *
 * BASE is the commit to compare with, the previous one by default. A package that was never released, which is to say
 * without a tag `@diemnet/NAME@VERSION`, needs no changeset: its first release is described in its CHANGELOG.md.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readPackages, root } from '../workspace/packages.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { in: { type: 'string' } } });
const repository = values.in === undefined ? root : path.resolve(values.in);
const [base = 'HEAD~1'] = positionals;
/** What changes a published package; tests and benches do not. */
const PUBLISHED = /^packages\/([^/]+)\/(src\/|bin\/|package\.json$|README\.md$)/;

const changed = new Map();
for (const file of git('diff', '--name-only', base, 'HEAD').split('\n')) {
  const [, name] = PUBLISHED.exec(file) ?? [];
  if (name !== undefined) changed.set(name, [...(changed.get(name) ?? []), file]);
}
// The commit of `changeset version` itself changes manifests and uses the changesets up.
const versioned = git(
  'diff',
  '--name-only',
  '--diff-filter=M',
  base,
  'HEAD',
  '--',
  'packages/*/CHANGELOG.md',
);
const released = new Set(
  git('tag', '--list', '@diemnet/*')
    .split('\n')
    .map((tag) => tag.replace(/@[^@]+$/, '')),
);
const named = pendingChangesets();

let missing = 0;
let first = 0;
for (const one of readPackages(repository)) {
  const files = changed.get(one.name);
  if (files === undefined || named.has(one.manifest.name)) continue;
  if (versioned.includes(`packages/${one.name}/CHANGELOG.md`)) continue;
  if (!released.has(one.manifest.name)) {
    first++;
    continue;
  }
  missing++;
  console.error(
    `${one.manifest.name} changed (${files[0]}${files.length > 1 ? ', …' : ''}) without a changeset: npm run changeset`,
  );
}
console.log(
  `changesets: ${changed.size} packages changed since ${base}, ${first} of them before their first release, ${missing} without a changeset`,
);
process.exitCode = missing === 0 ? 0 : 1;

/** Packages named by the changesets that wait for the next release. */
function pendingChangesets() {
  const folder = path.join(repository, '.changeset');
  const names = new Set();
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')) {
    const [, header = ''] =
      /^---\n([\s\S]*?)\n---/.exec(fs.readFileSync(path.join(folder, file), 'utf8')) ?? [];
    for (const [, name] of header.matchAll(/^['"]?(@diemnet\/[\w-]+)['"]?:/gm)) names.add(name);
  }
  return names;
}

function git(...args) {
  return execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
}

/**
 * A change of what users of a package can notice carries a changeset that names the package.
 *
 *   node tools/changeset-check/check.mjs [BASE] [--in FOLDER]
 *
 * Without BASE each package is compared with its last release: the last commit that wrote its CHANGELOG.md, which is
 * what `changeset version` does. That needs no tags and no other branch, and in a clone that holds only part of the
 * history it looks at that part. With BASE, a pull request's target for instance, only what came since counts, and of
 * the changesets only those that came with it.
 *
 * What is not committed yet counts as well. What nobody can notice does not: tests, benches, documents, comments,
 * layout, development dependencies. `'@diemnet/NAME': none` in a changeset says that a change is of the inside alone.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readPackages, root } from '../workspace/packages.mjs';
import { noticeable } from './noticeable.mjs';
import { Repository } from './repository.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { in: { type: 'string' } } });
const repository = new Repository(values.in === undefined ? root : path.resolve(values.in));
const [given] = positionals;
const base = given && repository.mergeBase(given);
if (given !== undefined && base === undefined) {
  console.error(`changesets: ${given} is not in this clone; fetch it, or leave it out`);
  process.exit(2);
}
const named = repository.namedByChangesets(base);

let changed = 0;
let missing = 0;
for (const one of readPackages(repository.folder)) {
  const folder = `packages/${one.name}`;
  // A package that the base does not have, or that was released since, is compared with what came after.
  const since = repository.lastCommitOf(`${folder}/CHANGELOG.md`, base) ?? base;
  if (since === undefined) continue;
  const files = noticeable(repository, since, folder);
  if (files.length === 0) continue;
  changed++;
  if (named.has(one.manifest.name)) continue;
  missing++;
  console.error(
    `${one.manifest.name} changed since ${since.slice(0, 8)} without a changeset ` +
      `(${files[0]}${files.length > 1 ? ` and ${files.length - 1} more` : ''}): npm run changeset`,
  );
}
const against = given === undefined ? 'their last release' : given;
console.log(`changesets: ${changed} packages changed since ${against}, ${missing} without a changeset`);
process.exitCode = missing === 0 ? 0 : 1;

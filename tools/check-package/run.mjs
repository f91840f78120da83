/**
 * Checks packages as users will get them. They must be built (`nx run-many -t check-package` sees to that).
 *
 *   node tools/check-package/run.mjs [NAME...] [--update]
 *
 * `--update` writes the snapshot of export names and the sizes instead of comparing them.
 */
import { readPackages } from '../workspace/packages.mjs';
import { checkContents, packOnce } from './contents.mjs';
import { checkExports } from './exports.mjs';
import { checkLinting } from './linting.mjs';
import { checkManifest } from './manifest.mjs';
import { checkSize } from './size.mjs';

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const update = process.argv.includes('--update');
const packages = readPackages();
for (const name of names) {
  if (!packages.some((one) => one.name === name)) {
    console.error(`no package ${name}`);
    process.exit(2);
  }
}

let failed = 0;
for (const one of packages.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const pack = packOnce(one);
  const problems = [
    ...checkManifest(one, packages),
    ...checkContents(one, pack),
    ...(await checkLinting(pack)),
    ...(await checkExports(one, update)),
    ...(await checkSize(one, update)),
  ];
  pack.remove();
  for (const problem of problems) console.error(`${one.manifest.name}: ${problem}`);
  if (problems.length === 0) console.log(`${one.manifest.name}: ok`);
  failed += problems.length;
}
process.exitCode = failed === 0 ? 0 : 1;

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { codeEntries } from '../workspace/packages.mjs';
import { closure, installConsumer, installedPackages } from '../workspace/tarballs.mjs';

/** Each package by itself: it installs what it declares and nothing else, once, and loads in both module systems. */
export async function alone({ scratch, packages, packed }) {
  for (const one of packages) {
    const name = one.manifest.name;
    const folder = path.join(scratch, one.name);
    installConsumer(folder, packed, [name]);
    assert.deepEqual(
      installedPackages(folder).sort(),
      [...closure(packed, [name])].sort(),
      `${name} brings other packages than it declares`,
    );
    const entries = codeEntries(one).map(({ subpath }) => name + subpath.slice(1));
    fs.writeFileSync(path.join(folder, 'load.cjs'), loader(entries));
    execFileSync(process.execPath, ['load.cjs'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  }
  return `${packages.length} packages installed and loaded one by one`;
}

/** Requires the entries in a fresh process, before anything was imported; then imports them. */
function loader(entries) {
  return `
process.on('warning', (warning) => { throw warning; }); // it would be the users' warning
const names = (module) => Object.keys(module).filter((key) => key !== '__esModule').join();
(async () => {
  for (const entry of ${JSON.stringify(entries)}) {
    const required = names(require(entry));
    if (names(await import(entry)) !== required) throw new Error(entry + ' differs between import and require');
  }
})();
`;
}

import fs from 'node:fs';
import path from 'node:path';
import { codeEntries, readJson, root } from '../workspace/packages.mjs';

/** What every package.json says alike, and what its exports must look like. */
export function checkManifest(one, packages) {
  const { manifest, folder, name } = one;
  const problems = [];
  const expect = (field, expected) => {
    if (JSON.stringify(manifest[field]) !== JSON.stringify(expected))
      problems.push(`package.json: ${field} should be ${JSON.stringify(expected)}`);
  };
  expect('name', `@diemnet/${name}`);
  expect('license', 'Apache-2.0');
  expect('type', 'module');
  expect('sideEffects', false);
  expect('engines', readJson(path.join(root, 'package.json')).engines);
  expect('publishConfig', { access: 'public', provenance: true });
  if (!/^\d+\.\d+\.\d+$/.test(manifest.version ?? '')) problems.push('package.json: no version');
  if (!/\.$/.test(manifest.description ?? ''))
    problems.push('package.json: description should be a sentence');
  if (Number.isNaN(one.layer)) problems.push('project.json: no tag layer:N');
  if (manifest.private) problems.push('package.json: private');
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
    if (manifest.scripts?.[script]) problems.push(`package.json: script ${script} would run at users`);

  if (manifest.exports?.['./package.json'] !== './package.json')
    problems.push('package.json: exports should contain ./package.json');
  for (const { subpath } of codeEntries(one)) {
    const place = subpath === '.' ? '' : `/${subpath.slice(2)}`;
    const expected = {
      '@diemnet/source': `./src${place}/index.ts`,
      types: `./dist${place}/index.d.ts`,
      default: `./dist${place}/index.js`,
    };
    if (JSON.stringify(manifest.exports[subpath]) !== JSON.stringify(expected))
      problems.push(`package.json: exports[${subpath}] should be ${JSON.stringify(expected)}`);
  }
  if (fs.existsSync(path.join(folder, 'src/testing/index.ts')) !== './testing' in manifest.exports)
    problems.push('src/testing/index.ts and exports["./testing"] belong together');

  // Siblings at the range that their version satisfies, or the workspace would not be what users get.
  const versions = new Map(packages.map((sibling) => [sibling.manifest.name, sibling.manifest.version]));
  for (const [dependency, range] of Object.entries(manifest.dependencies ?? {}))
    if (versions.has(dependency) && !admits(range, versions.get(dependency)))
      problems.push(`package.json: ${dependency} should be ^${versions.get(dependency)}`);
  return problems;
}

/** Whether a range of the form ^1.2.3 lets a version in: a patch of a dependency leaves the ranges as they are. */
function admits(range, version) {
  if (!/^\^\d+\.\d+\.\d+$/.test(range)) return false;
  const [low, actual] = [range.slice(1), version].map((text) => text.split('.').map(Number));
  // Up to the first number that is not zero nothing may move.
  const fixed = Math.min(low.findIndex((number) => number > 0) + 1 || 3, 3);
  for (let i = 0; i < fixed; i++) if (low[i] !== actual[i]) return false;
  for (let i = fixed; i < 3; i++) if (low[i] !== actual[i]) return actual[i] > low[i];
  return true;
}

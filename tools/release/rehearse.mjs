/**
 * Rehearses releases in a scratch copy of the last commit: changes a package, writes a changeset, versions, builds,
 * packs, installs into a consumer, and holds that only that package and its dependents moved.
 *
 *   node tools/release/rehearse.mjs [--keep]
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readPackages } from '../workspace/packages.mjs';
import { scratchCopy } from '../workspace/scratch-copy.mjs';
import { installConsumer, packAll } from '../workspace/tarballs.mjs';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'diemnet-release-'));
const copy = path.join(scratch, 'copy');
try {
  scratchCopy(copy);
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: copy, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('npx', 'changeset', 'status');

  checkChangesets();

  // A fix in the top of the library: nobody else moves.
  const fixed = release('health-checker', 'patch', 'Pings again after a clock stepped back.');
  assert.deepEqual(fixed, ['health-checker']);
  console.log('a patch of health-checker moved it alone');

  // A change of interface below: in 0.x a minor version breaks the ranges of those who use it.
  const changed = release('memsocket', 'minor', 'Listeners say how many connections wait.');
  assert.deepEqual(changed, [...dependentsOf('memsocket'), 'memsocket'].sort());
  console.log(`a minor of memsocket moved ${changed.join(', ')}`);

  const untouched = readPackages(copy).filter(({ manifest }) => manifest.version === '0.1.0');
  assert.ok(untouched.some(({ name }) => name === 'types'));

  // What would be published works together: builds of exactly these sources, from files.
  run('npx', 'nx', 'run', 'netcore:build', '--skip-nx-cache', '--output-style=static');
  const needed = ['types', 'bcs', 'memsocket', 'network-address', 'netcore'];
  const packed = packAll(
    readPackages(copy).filter(({ name }) => needed.includes(name)),
    path.join(scratch, 'tarballs'),
  );
  const consumer = path.join(scratch, 'consumer');
  installConsumer(consumer, packed, ['@diemnet/netcore']);
  const installed = JSON.parse(
    fs.readFileSync(path.join(consumer, 'node_modules/@diemnet/memsocket/package.json'), 'utf8'),
  );
  assert.equal(installed.version, '0.2.0');
  const said = execFileSync(
    process.execPath,
    ['-e', "console.log(new (require('@diemnet/netcore').TcpTransport)() !== undefined)"],
    { cwd: consumer, encoding: 'utf8' },
  );
  assert.equal(said, 'true\n');
  console.log('a consumer installed the new versions and loaded them');

  const changelog = fs.readFileSync(path.join(copy, 'packages/netcore/CHANGELOG.md'), 'utf8');
  assert.match(
    changelog,
    /## 0\.1\.1\n\n### Patch Changes\n\n- Updated dependencies.*\n {2}- @diemnet\/memsocket@0\.2\.0/,
  );
  console.log(fs.readFileSync(path.join(copy, 'packages/memsocket/CHANGELOG.md'), 'utf8').trim());
} finally {
  if (process.argv.includes('--keep')) console.log(`kept ${scratch}`);
  else fs.rmSync(scratch, { recursive: true, force: true });
}

/** A change of a released package without a changeset is refused, with one it is not. */
function checkChangesets() {
  const check = () => {
    const tool = path.join(import.meta.dirname, '../changeset-check/check.mjs');
    return spawnSync(process.execPath, [tool, '--in', copy], { encoding: 'utf8' });
  };
  fs.appendFileSync(path.join(copy, 'packages/channel/src/index.ts'), '// changed by the rehearsal\n');
  commit('a change of channel');
  assert.equal(check().status, 0, 'before the first release nothing is asked');
  execFileSync('git', ['tag', '@diemnet/channel@0.1.0'], { cwd: copy });
  const refused = check();
  assert.equal(refused.status, 1);
  assert.match(
    refused.stderr,
    /@diemnet\/channel changed \(packages\/channel\/src\/index\.ts\) without a changeset/,
  );
  fs.writeFileSync(
    path.join(copy, '.changeset/rehearsal-channel.md'),
    "---\n'@diemnet/channel': patch\n---\n\nA comment.\n",
  );
  assert.equal(check().status, 0);
  fs.rmSync(path.join(copy, '.changeset/rehearsal-channel.md'));
  console.log('a change without a changeset was refused');
}

/** One release of one package. @returns the packages whose version moved */
function release(name, bump, summary) {
  const versions = () => new Map(readPackages(copy).map((one) => [one.name, one.manifest.version]));
  const before = versions();
  fs.appendFileSync(path.join(copy, 'packages', name, 'src/index.ts'), '// changed by the rehearsal\n');
  const file = path.join(copy, '.changeset', `rehearsal-${name}.md`);
  fs.writeFileSync(file, `---\n'@diemnet/${name}': ${bump}\n---\n\n${summary}\n`);
  commit(`a change of ${name}`);
  execFileSync('npx', ['changeset', 'version'], { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'] });
  assert.ok(!fs.existsSync(file), 'the changeset was used up');
  commit(`versions after ${name}`);
  const moved = [...versions()].filter(([one, version]) => version !== before.get(one)).map(([one]) => one);
  return moved.sort();
}

function commit(message) {
  const identity = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@localhost'];
  execFileSync('git', ['add', '-A'], { cwd: copy });
  execFileSync('git', [...identity, 'commit', '-q', '--no-verify', '-m', message], { cwd: copy });
}

/** Those whose range of it breaks; they move by a patch, which breaks nobody's range in turn. */
function dependentsOf(name) {
  return readPackages(copy)
    .filter(({ manifest }) => `@diemnet/${name}` in (manifest.dependencies ?? {}))
    .map((one) => one.name);
}

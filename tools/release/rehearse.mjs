/**
 * Rehearses releases in a scratch copy of the last commit: changes a package, writes a changeset, versions, builds,
 * packs, installs into a consumer, and holds that only that package and its dependents moved. Begins with the changesets
 * that wait, and shows what they become.
 *
 *   node tools/release/rehearse.mjs [--keep]
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkManifest } from '../check-package/manifest.mjs';
import { readPackages } from '../workspace/packages.mjs';
import { scratchCopy } from '../workspace/scratch-copy.mjs';
import { installConsumer, packAll } from '../workspace/tarballs.mjs';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'diemnet-release-'));
const copy = path.join(scratch, 'copy');
try {
  scratchCopy(copy);
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: copy, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  // What waits for the next release, as it would come out today.
  const next = bump('what waits for the next release');
  for (const [name, { from, to }] of next) console.log(`the next release: ${name} ${from} -> ${to}`);
  if (next.size === 0) console.log('nothing waits for the next release');

  checkChangesets();

  // A fix in the top of the library: nobody else moves.
  const fixed = release('health-checker', 'patch', 'Pings again after a clock stepped back.');
  assert.deepEqual([...fixed.keys()], ['health-checker']);
  console.log('a patch of health-checker moved it alone');

  // A fix below: the ranges of those who use it let it in, and they stay.
  const below = release('bcs', 'patch', 'Refuses empty maps faster.');
  assert.deepEqual([...below.keys()], ['bcs']);
  console.log('a patch of bcs moved it alone');

  // A change of interface below: in 0.x a minor version breaks the ranges of those who use it.
  const changed = release('memsocket', 'minor', 'Listeners say how many connections wait.');
  assert.deepEqual([...changed.keys()], [...dependentsOf('memsocket'), 'memsocket'].sort());
  console.log(`a minor of memsocket moved ${[...changed.keys()].join(', ')}`);
  assert.deepEqual(manifestProblems(), []);

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
  assert.equal(installed.version, changed.get('memsocket').to);
  const said = execFileSync(
    process.execPath,
    ['-e', "console.log(new (require('@diemnet/netcore').TcpTransport)() !== undefined)"],
    { cwd: consumer, encoding: 'utf8' },
  );
  assert.equal(said, 'true\n');
  console.log('a consumer installed the new versions and loaded them');

  const { to } = changed.get('netcore');
  assert.ok(
    changelog('netcore').startsWith(
      `# @diemnet/netcore\n\n## ${to}\n\n### Patch Changes\n\n- Updated dependencies`,
    ),
    'the changelog of netcore begins with its new version',
  );
  for (const name of new Set([...next.keys(), 'memsocket'])) console.log(`\n${changelog(name).trim()}`);
} finally {
  if (process.argv.includes('--keep')) console.log(`kept ${scratch}`);
  else fs.rmSync(scratch, { recursive: true, force: true });
}

/** What users can notice asks for a changeset, and nothing else does. */
function checkChangesets() {
  const tool = path.join(import.meta.dirname, '../changeset-check/check.mjs');
  const check = (...args) => spawnSync(process.execPath, [tool, ...args, '--in', copy], { encoding: 'utf8' });
  const append = (file, text) => fs.appendFileSync(path.join(copy, 'packages/channel', file), text);
  const changeset = path.join(copy, '.changeset/rehearsal-channel.md');

  assert.equal(check().status, 0, 'after a release nothing is asked');
  append('src/index.ts', '// a comment\n');
  append('README.md', 'A sentence.\n');
  append('test/rehearsal.spec.ts', "it('is only a test', () => {});\n");
  assert.equal(check().status, 0, 'comments, documents and tests need no changeset');
  commit('documents and tests of channel');
  append('src/index.ts', 'export const CHANGED = true;\n');
  assert.equal(check().status, 1, 'also before it is committed');
  commit('a change of channel');
  for (const refused of [check(), check('HEAD~1')]) {
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /@diemnet\/channel changed .*packages\/channel\/src\/index\.ts/);
  }
  for (const kind of ['patch', 'none']) {
    fs.writeFileSync(changeset, `---\n'@diemnet/channel': ${kind}\n---\n\nA constant.\n`);
    assert.equal(check().status, 0);
    assert.equal(check('HEAD~1').status, 0);
  }
  const moved = bump('a change of the inside');
  assert.ok(!moved.has('channel') && !fs.existsSync(changeset), 'none releases nothing');
  console.log('a change without a changeset was refused; comments, documents and tests were not');
}

/** One release of one package. @returns the packages whose version moved */
function release(name, kind, summary) {
  fs.appendFileSync(
    path.join(copy, 'packages', name, 'src/index.ts'),
    `export const ${kind.toUpperCase()} = 1;\n`,
  );
  const file = path.join(copy, '.changeset', `rehearsal-${name}.md`);
  fs.writeFileSync(file, `---\n'@diemnet/${name}': ${kind}\n---\n\n${summary}\n`);
  commit(`a change of ${name}`);
  return bump(`versions after ${name}`);
}

/** Uses up the changesets. @returns package -> {from, to}, in order of names */
function bump(message) {
  const versions = () => new Map(readPackages(copy).map((one) => [one.name, one.manifest.version]));
  const before = versions();
  execFileSync('npx', ['changeset', 'version'], { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'] });
  const left = fs
    .readdirSync(path.join(copy, '.changeset'))
    .filter((file) => /^(?!README).*\.md$/.test(file));
  assert.deepEqual(left, [], 'the changesets were used up');
  commit(message);
  const moved = [...versions()].filter(([name, version]) => version !== before.get(name)).sort();
  return new Map(moved.map(([name, to]) => [name, { from: before.get(name), to }]));
}

function manifestProblems() {
  const packages = readPackages(copy);
  return packages.flatMap((one) => checkManifest(one, packages));
}

function changelog(name) {
  return fs.readFileSync(path.join(copy, 'packages', name, 'CHANGELOG.md'), 'utf8');
}

function commit(message) {
  const identity = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@localhost'];
  execFileSync('git', ['add', '-A'], { cwd: copy });
  execFileSync('git', [...identity, 'commit', '-q', '--no-verify', '--allow-empty', '-m', message], {
    cwd: copy,
  });
}

/** Those whose range of it breaks; they move by a patch, which breaks nobody's range in turn. */
function dependentsOf(name) {
  return readPackages(copy)
    .filter(({ manifest }) => `@diemnet/${name}` in (manifest.dependencies ?? {}))
    .map((one) => one.name);
}

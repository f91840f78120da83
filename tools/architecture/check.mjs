/**
 * What lint does not see of the architecture:
 *
 * - no cycle of imports inside a package that exists at run time (cycles of types alone are reported);
 * - no source file that nothing imports, no exported name that nothing uses;
 * - no file of more than 400 lines without its reason in `long-files.txt`;
 * - no import that reaches into another package.
 *
 *   node tools/architecture/check.mjs [--verbose]
 */
import fs from 'node:fs';
import path from 'node:path';
import { codeEntries, readPackages, root } from '../workspace/packages.mjs';
import { findCycles } from './cycles.mjs';
import { readModule } from './module.mjs';
import { unusedExports } from './unused-exports.mjs';

const MAX_LINES = 400;
const verbose = process.argv.includes('--verbose');
const longFiles = readReasons('long-files.txt');
const keptExports = readReasons('kept-exports.txt');
const problems = [];
const notes = [];

for (const one of readPackages()) {
  const sources = modulesUnder(path.join(one.folder, 'src'));
  const tests = modulesUnder(path.join(one.folder, 'test'));

  for (const { files, runtime } of findCycles(sources)) {
    const text = `${runtime ? 'cycle' : 'cycle of types'}: ${files.map(relative).join(' -> ')}`;
    (runtime ? problems : notes).push(text);
  }

  const entries = codeEntries(one).map(({ source }) => source);
  const outside =
    Object.values(one.manifest.bin ?? {}).length > 0 ? [path.join(one.folder, 'src/main.ts')] : [];
  const reached = reachable(sources, [...entries, ...outside]);
  // Files that a build of their own starts from, such as the page of the inspector.
  for (const file of sources.keys())
    if (!reached.has(file) && !keptExports.has(relative(file)))
      problems.push(`${relative(file)}: no file of the package imports it`);

  for (const { file, name, onlyTests } of unusedExports(sources, tests, entries)) {
    if (keptExports.has(`${relative(file)}#${name}`) || keptExports.has(relative(file))) continue;
    const text = `${relative(file)}: ${name} is exported and ${onlyTests ? 'used by tests alone' : 'used nowhere'}`;
    (onlyTests ? notes : problems).push(text);
  }

  for (const [file, module] of [...sources, ...tests]) {
    if (sources.has(file) && module.lines > MAX_LINES && !longFiles.has(relative(file)))
      problems.push(`${relative(file)}: ${module.lines} lines; split it, or give a reason in long-files.txt`);
    for (const { specifier } of module.imports)
      if (
        /^@diemnet\/[^/]+\/(?!testing$)/.test(specifier) ||
        /\.\.\/(packages|[\w-]+\/src)\//.test(specifier)
      )
        problems.push(`${relative(file)}: ${specifier} reaches into a package`);
  }
}
for (const reasons of [longFiles, keptExports])
  for (const entry of reasons.keys())
    if (!fs.existsSync(path.join(root, entry.split('#')[0])))
      problems.push(`${entry} has a reason but is gone`);

if (verbose) for (const note of notes) console.log(`note: ${note}`);
for (const problem of problems) console.error(problem);
console.log(`architecture: ${problems.length} problems, ${notes.length} notes`);
process.exitCode = problems.length === 0 ? 0 : 1;

function modulesUnder(folder) {
  if (!fs.existsSync(folder)) return new Map();
  return new Map(
    fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.d)\.ts$/.test(file))
      .map((file) => path.join(folder, file))
      .map((file) => [file, readModule(file)]),
  );
}

function reachable(sources, entries) {
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file) || !sources.has(file)) return;
    reached.add(file);
    for (const { target } of sources.get(file).imports) if (target !== undefined) visit(target);
  };
  entries.forEach(visit);
  return reached;
}

/** Lines of `path: reason`. */
function readReasons(name) {
  const lines = fs.readFileSync(path.join(import.meta.dirname, name), 'utf8').split('\n');
  return new Map(
    lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [entry, reason] = line.split(/: (.*)/s);
        if (!reason) throw new SyntaxError(`${name}: no reason in "${line}"`);
        return [entry, reason];
      }),
  );
}

function relative(file) {
  return path.relative(root, file).split(path.sep).join('/');
}

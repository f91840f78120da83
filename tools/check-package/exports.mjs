import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportedNames } from '../workspace/exports.mjs';
import { codeEntries } from '../workspace/packages.mjs';

const snapshots = path.join(import.meta.dirname, 'exports');

/** The names a package exports, against the snapshot; and its build, against its source. */
export async function checkExports(one, update) {
  const problems = [];
  const lines = [];
  for (const { subpath, source, output } of codeEntries(one)) {
    const { values, types } = exportedNames(source);
    lines.push(`${subpath}`, ...values.map((name) => `  ${name}`), ...types.map((name) => `  type ${name}`));
    const built = Object.keys(await import(pathToFileURL(output).href)).sort();
    if (built.join() !== values.join())
      problems.push(`the build of ${subpath} exports ${difference(built, values)}`);
  }
  const text = `${lines.join('\n')}\n`;
  const file = path.join(snapshots, `${one.name}.txt`);
  if (update) {
    fs.writeFileSync(file, text);
    return problems;
  }
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (before !== text) {
    problems.push(
      `exports changed (${difference(text.split('\n'), before.split('\n'))}): ` +
        'if it is meant, run `npm run check:packages:update`',
    );
  }
  return problems;
}

function difference(now, before) {
  const added = now.filter((line) => !before.includes(line)).map((line) => `+${line.trim()}`);
  const removed = before.filter((line) => !now.includes(line)).map((line) => `-${line.trim()}`);
  return [...added, ...removed].join(' ') || 'other order';
}

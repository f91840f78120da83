/**
 * Writes docs/errors.md, and fails if a code has no meaning beside it.
 *
 *   node tools/errors/report.mjs [--check | --list]
 *
 * `--check` also fails when the file is not what would be written; `--list` prints the codes as JSON and writes nothing.
 */
import fs from 'node:fs';
import path from 'node:path';
import { errorsPage, readErrorCodes } from './codes.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const target = path.join(root, 'docs/errors.md');
const unions = readErrorCodes(root);
if (process.argv.includes('--list')) {
  console.log(JSON.stringify(unions));
  process.exit();
}
const page = errorsPage(unions);
const before = fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : '';
fs.writeFileSync(target, page);

const silent = unions.flatMap(({ package: name, codes }) =>
  codes.filter(({ meaning }) => meaning === '').map(({ code }) => `${name} ${code}`),
);
for (const line of silent) console.error(`no doc comment: ${line}`);
const stale = process.argv.includes('--check') && before !== page;
if (stale) console.error('docs/errors.md was out of date: commit what was written now');
console.log(`errors: ${unions.reduce((sum, { codes }) => sum + codes.length, 0)} codes`);
process.exitCode = silent.length > 0 || stale ? 1 : 0;

/**
 * Writes docs/errors.md; with `--check` it fails when that is not what would be written. Fails also when a code has no
 * meaning beside it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { errorsPage, readErrorCodes } from './codes.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const target = path.join(root, 'docs/errors.md');
const unions = readErrorCodes(root);
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

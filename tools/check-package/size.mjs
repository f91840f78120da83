import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { readJson } from '../workspace/packages.mjs';

const table = path.join(import.meta.dirname, 'budgets.json');
/** Room that `--update` leaves above the present size. */
const HEADROOM = 1.1;

/** Minified and compressed size of the main entry, without its dependencies, in bytes. */
export async function measure({ folder }) {
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, 'dist/index.js')],
    bundle: true,
    packages: 'external',
    minify: true,
    write: false,
    platform: 'neutral',
    format: 'esm',
    external: ['node:*'],
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

/** Holds the size against the budget. */
export async function checkSize(one, update) {
  const bytes = await measure(one);
  const budgets = readJson(table);
  if (update) {
    if (!(budgets[one.name] >= bytes) || budgets[one.name] > bytes * HEADROOM * HEADROOM) {
      budgets[one.name] = Math.ceil((bytes * HEADROOM) / 100) * 100;
      const sorted = Object.fromEntries(Object.entries(budgets).sort(([a], [b]) => (a < b ? -1 : 1)));
      fs.writeFileSync(table, `${JSON.stringify(sorted, null, 2)}\n`);
    }
    return [];
  }
  const budget = budgets[one.name];
  if (budget === undefined) return ['no size budget: run `npm run check:packages:update`'];
  return bytes > budget
    ? [
        `${bytes} bytes minified and compressed, above its budget of ${budget} (tools/check-package/budgets.json)`,
      ]
    : [];
}

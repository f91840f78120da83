/**
 * Compiles every package to JavaScript in one go, for `npm start`, the tests of whole programs and the benchmarks.
 * Takes about a second, so nothing needs to be cached. What is published is built by tsup, with types (`npm run build`).
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const packages = path.join(root, 'packages');

await Promise.all(
  fs.readdirSync(packages).map(async (name) => {
    const folder = path.join(packages, name);
    const entryPoints = ['src/index.ts', 'src/testing/index.ts']
      .map((entry) => path.join(folder, entry))
      .filter((entry) => fs.existsSync(entry));
    await build({
      entryPoints,
      outbase: path.join(folder, 'src'),
      outdir: path.join(folder, 'dist'),
      bundle: true,
      // Code that two entries share must exist once.
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: true,
      logLevel: 'error',
    });
    // A package that serves a page to browsers bundles it itself.
    const page = path.join(folder, 'page/build.mjs');
    if (fs.existsSync(page)) await (await import(pathToFileURL(page).href)).buildPage();
  }),
).catch(() => process.exit(1));

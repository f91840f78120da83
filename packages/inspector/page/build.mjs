/** Bundles the page: everything that the browser gets, in one folder, without any reference outside it. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = import.meta.dirname;

/** Writes the page into `outdir`. */
export async function buildPage(outdir = path.join(here, '../dist/page')) {
  await build({
    entryPoints: [
      { in: path.join(here, 'main.ts'), out: 'main' },
      { in: path.join(here, 'style.css'), out: 'main' },
    ],
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome111', 'firefox113', 'safari16.4'],
    logLevel: 'error',
  });
  for (const name of ['index.html', 'icon.svg']) {
    fs.copyFileSync(path.join(here, name), path.join(outdir, name));
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildPage(process.argv[2]);
}

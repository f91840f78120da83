import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { installConsumer } from '../workspace/tarballs.mjs';

/** A program bundled to one file still runs; what it does not use is left out. */
export async function bundle({ scratch, packed }) {
  installConsumer(scratch, packed, ['@diemnet/builder', '@diemnet/network', '@diemnet/types']);
  fs.copyFileSync(
    path.join(import.meta.dirname, 'fixtures/two-nodes.mjs'),
    path.join(scratch, 'two-nodes.mjs'),
  );
  const outfile = path.join(scratch, 'out/bundle.mjs');
  await build({
    absWorkingDir: scratch,
    entryPoints: ['two-nodes.mjs'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // yaml is CommonJS and asks for `process` at run time.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  const apart = path.join(scratch, 'apart');
  fs.mkdirSync(apart);
  fs.copyFileSync(outfile, path.join(apart, 'bundle.mjs'));
  const said = execFileSync(process.execPath, ['bundle.mjs'], {
    cwd: apart,
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(said, 'hello to you too\n');

  // sideEffects: false holds: importing everything and using nothing leaves nothing.
  const { outputFiles } = await build({
    absWorkingDir: scratch,
    stdin: { contents: "import '@diemnet/builder'; import '@diemnet/network';", resolveDir: scratch },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'error',
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  assert.equal(outputFiles[0].text.trim(), '');
  return `a bundle of ${Math.round(fs.statSync(outfile).size / 1024)} KiB runs alone`;
}

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { installConsumer } from '../workspace/tarballs.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** memsocket, network-address, wire and noise in a browser: bundled without any polyfill, run in Chromium. */
export async function browser({ scratch, packed }) {
  installConsumer(scratch, packed, [
    '@diemnet/memsocket',
    '@diemnet/network-address',
    '@diemnet/noise',
    '@diemnet/types',
    '@diemnet/wire',
  ]);
  fs.copyFileSync(path.join(import.meta.dirname, 'fixtures/browser.mjs'), path.join(scratch, 'browser.mjs'));
  const { outputFiles } = await build({
    absWorkingDir: scratch,
    entryPoints: ['browser.mjs'],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'program',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  if (!fs.existsSync(CHROMIUM))
    return `bundled; not run: there is no Chromium at ${CHROMIUM} (apt-get install chromium, or set CHROMIUM)`;
  const { chromium } = await import('playwright-core');
  const instance = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const page = await instance.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto('about:blank');
    await page.addScriptTag({ content: outputFiles[0].text });
    const said = await page.evaluate(() => globalThis.program.main());
    assert.deepEqual(errors, []);
    assert.deepEqual(said, {
      address: '10.0.0.16:80',
      protocols: [1, 5],
      message: 'hello from a browser',
      native: false,
    });
    return `ran in Chromium ${instance.version()}`;
  } finally {
    await instance.close();
  }
}

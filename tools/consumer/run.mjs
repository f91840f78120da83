/**
 * Uses the packages as strangers would: packs them, installs the tarballs into fresh projects, imports them there.
 * The packages must be built.
 *
 *   node tools/consumer/run.mjs [--keep] [--only STEP]
 *
 * Steps: alone, modules, types, bundle, outside, browser.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readPackages } from '../workspace/packages.mjs';
import { packAll } from '../workspace/tarballs.mjs';
import { alone } from './alone.mjs';
import { browser } from './browser.mjs';
import { bundle } from './bundle.mjs';
import { modules } from './modules.mjs';
import { outside } from './outside.mjs';
import { types } from './types.mjs';

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const keep = process.argv.includes('--keep');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'diemnet-consumer-'));
const packages = readPackages();
let failed = false;
try {
  const packed = packAll(packages, path.join(scratch, 'tarballs'));
  console.log(`packed ${packages.length} packages and ${packed.size - packages.length} dependencies`);
  for (const [name, step] of Object.entries({ alone, modules, types, bundle, outside, browser })) {
    if (only !== undefined && only !== name) continue;
    const began = Date.now();
    try {
      const said = await step({ scratch: path.join(scratch, name), packages, packed });
      console.log(`${name}: ${said} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed = true;
      console.error(`${name} failed: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    }
  }
} finally {
  if (keep) console.log(`kept ${scratch}`);
  else fs.rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

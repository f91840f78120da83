import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { installConsumer } from '../workspace/tarballs.mjs';

const fixtures = path.join(import.meta.dirname, 'fixtures');

/** Real programs: a CommonJS script with one package, and a network of two nodes as ES module and as CommonJS. */
export async function modules({ scratch, packed }) {
  const script = path.join(scratch, 'script');
  installConsumer(script, packed, ['@diemnet/network-address']);
  assert.equal(run(script, 'address.cjs'), '10.0.0.16:80 0902000a000010055000\n');

  const nodes = path.join(scratch, 'nodes');
  installConsumer(nodes, packed, ['@diemnet/builder', '@diemnet/network', '@diemnet/types']);
  for (const file of ['two-nodes.mjs', 'two-nodes.cjs']) assert.equal(run(nodes, file), 'hello to you too\n');
  assert.equal(run(nodes, 'one-copy.mjs'), 'one copy\n');

  const command = path.join(scratch, 'command');
  installConsumer(command, packed, ['@diemnet/cli']);
  const help = execFileSync(path.join(command, 'node_modules/.bin/diemnet'), ['--help'], {
    encoding: 'utf8',
  });
  assert.match(help, /testnet/);
  return 'a script, two nodes as ES module and as CommonJS, the command';
}

function run(folder, file) {
  fs.writeFileSync(path.join(folder, file), source(file));
  return execFileSync(process.execPath, [file], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
    timeout: 60_000,
  });
}

/** A fixture; as CommonJS, unless it is there in that form, made of the ES module of the same name. */
function source(file) {
  const place = path.join(fixtures, file);
  if (fs.existsSync(place)) return fs.readFileSync(place, 'utf8');
  const text = fs.readFileSync(place.replace(/\.cjs$/, '.mjs'), 'utf8');
  return text.replace(/^import (\{.*\}) from (.*);$/gm, 'const $1 = require($2);');
}

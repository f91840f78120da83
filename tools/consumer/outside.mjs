import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from '../workspace/packages.mjs';
import { installConsumer } from '../workspace/tarballs.mjs';

/** A transport from outside of the repository, against the compliance suites of the packed package, by node:test. */
export async function outside({ scratch, packed }) {
  installConsumer(scratch, packed, ['@diemnet/netcore', '@diemnet/network-address', '@diemnet/types']);
  fs.cpSync(path.join(root, 'examples/unix-transport'), path.join(scratch, 'unix-transport'), {
    recursive: true,
  });
  const contents = `
    import { describe, it } from 'node:test';
    import { createRequire } from 'node:module';
    import { unixTransportCompliance } from './unix-transport/test/compliance.js';
    const { expect } = createRequire(${JSON.stringify(path.join(root, 'package.json'))})('expect');
    unixTransportCompliance({ describe, it, expect });
  `;
  const outfile = path.join(scratch, 'compliance.mjs');
  await build({
    stdin: { contents, resolveDir: scratch, loader: 'ts' },
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const said = execFileSync(process.execPath, ['--test', '--test-reporter=tap', outfile], {
    cwd: scratch,
    encoding: 'utf8',
    stdio: 'pipe',
    timeout: 120_000,
  });
  const [, passed] = /^# pass (\d+)$/m.exec(said) ?? [];
  if (Number(passed) < 18) throw new Error(`only ${passed} tests ran`);
  return `a Unix-socket transport passed ${passed} tests of the compliance suites`;
}

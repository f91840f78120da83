/** Runs an example: `node tools/examples/run.mjs two-nodes [arguments]`. The packages must be compiled. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const [name = '', ...args] = process.argv.slice(2);
const source = path.join(root, 'examples', `${name}.ts`);
if (!/^[\w-]+$/.test(name) || !fs.existsSync(source)) {
  const known = fs.readdirSync(path.join(root, 'examples')).filter((file) => file.endsWith('.ts'));
  console.error(
    `usage: npm run example NAME, with one of ${known.map((file) => file.slice(0, -3)).join(', ')}`,
  );
  process.exit(2);
}
// Beside the packages that it imports, so that Node finds them.
const outfile = path.join(root, 'node_modules/.cache/diemnet-examples', `${name}.mjs`);
await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
});
const { status } = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit', cwd: root });
process.exitCode = status ?? 1;

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { codeEntries, root } from '../workspace/packages.mjs';
import { installConsumer } from '../workspace/tarballs.mjs';

const RESOLUTIONS = {
  nodenext: { module: 'NodeNext', moduleResolution: 'NodeNext' },
  bundler: { module: 'ESNext', moduleResolution: 'Bundler' },
};

/** Declarations hold under both resolutions, from ES modules and from CommonJS, with library checks on. */
export async function types({ scratch, packages, packed }) {
  installConsumer(
    scratch,
    packed,
    packages.map(({ manifest }) => manifest.name),
    { type: 'module' },
  );
  // The only thing besides: Node's own types, as every TypeScript project for Node has them.
  for (const name of ['@types/node', 'undici-types']) {
    const target = path.join(scratch, 'node_modules', name);
    if (fs.existsSync(target)) continue;
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.symlinkSync(path.join(root, 'node_modules', name), target);
  }
  const entries = packages.flatMap((one) =>
    codeEntries(one).map(({ subpath }) => one.manifest.name + subpath.slice(1)),
  );
  const everything = `${entries.map((entry, index) => `import * as m${index} from '${entry}';`).join('\n')}
export const all = [${entries.map((_, index) => `m${index}`).join(', ')}];\n`;
  fs.writeFileSync(path.join(scratch, 'everything.ts'), everything);
  fs.writeFileSync(path.join(scratch, 'everything.cts'), everything);
  for (const file of ['use.ts', 'use-common.cts'])
    fs.copyFileSync(path.join(import.meta.dirname, 'fixtures', file), path.join(scratch, file));

  for (const [name, resolution] of Object.entries(RESOLUTIONS)) {
    const config = {
      compilerOptions: {
        ...resolution,
        target: 'ES2022',
        lib: ['ES2023', 'ESNext.Disposable'],
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        noEmit: true,
      },
      // A bundler knows no CommonJS TypeScript.
      include: name === 'bundler' ? ['*.ts'] : ['*.ts', '*.cts'],
    };
    const file = path.join(scratch, `tsconfig.${name}.json`);
    fs.writeFileSync(file, JSON.stringify(config));
    execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', file], {
      cwd: scratch,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }
  return `${entries.length} entries under ${Object.keys(RESOLUTIONS).join(' and ')}`;
}

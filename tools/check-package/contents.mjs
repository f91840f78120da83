import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { codeEntries } from '../workspace/packages.mjs';

/** Packs the package into a temporary folder. */
export function packOnce({ folder }) {
  const into = fs.mkdtempSync(path.join(os.tmpdir(), 'diemnet-pack-'));
  const output = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--loglevel=error', `--pack-destination=${into}`],
    { cwd: folder, encoding: 'utf8' },
  );
  const answer = JSON.parse(output);
  // An array until npm 11, an object by package name since.
  const [report] = Array.isArray(answer) ? answer : Object.values(answer);
  return {
    tarball: path.join(into, fs.readdirSync(into)[0]),
    files: report.files.map((file) => file.path),
    remove: () => fs.rmSync(into, { recursive: true, force: true }),
  };
}

/** Everything that users need is in the tarball, and nothing that they do not. */
export function checkContents(one, { files }) {
  const problems = [];
  const needed = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];
  for (const { output, types } of codeEntries(one))
    needed.push(path.relative(one.folder, output), path.relative(one.folder, types));
  for (const file of Object.values(one.manifest.bin ?? {})) needed.push(path.normalize(file));
  for (const file of needed) if (!files.includes(file)) problems.push(`the tarball lacks ${file}`);

  const allowed =
    /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/[\w-]+\.js|dist\/[\w./-]+\.(js|js\.map|d\.ts)|dist\/page\/[\w-]+\.(html|css|svg))$/;
  const assets = (one.manifest.files ?? []).filter(
    (entry) => !['dist', 'bin', 'CHANGELOG.md'].includes(entry),
  );
  for (const file of files) {
    const asset = assets.some((entry) => file === entry || file.startsWith(`${entry}/`));
    if (!allowed.test(file) && !asset) problems.push(`the tarball should not contain ${file}`);
  }
  for (const file of files.filter((name) => name.endsWith('.d.ts')))
    if (!fs.existsSync(path.join(one.folder, file.replace(/^dist/, 'src').replace(/\.d\.ts$/, '.ts'))))
      problems.push(`${file} has no source: build again`);
  return problems;
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');

/** Folders that are not ours, or made by tools. */
const FOREIGN = new Set(['node_modules', 'dist', '.nx', 'coverage', 'test-results', '.git']);

/** Paths of the files below `folder` that end with `ending`, from the root. */
export function filesBelow(folder: string, ending: string): string[] {
  const start = join(ROOT, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true }).flatMap((entry) => {
    if (FOREIGN.has(entry.name)) return [];
    const path = relative(ROOT, join(start, entry.name));
    if (entry.isDirectory()) return filesBelow(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** All tests of the packages and examples, as one text per file. */
export const specs = (): { readonly path: string; readonly text: string }[] =>
  ['packages', 'examples', 'tools']
    .flatMap((folder) => filesBelow(folder, '.spec.ts'))
    .map((path) => ({ path, text: read(path) }));

/** What a tool prints. It runs as it does from the command line. */
export function runTool(path: string, ...args: string[]): string {
  return execFileSync(process.execPath, [join(ROOT, path), ...args], { cwd: ROOT, encoding: 'utf8' });
}

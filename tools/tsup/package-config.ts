import fs from 'node:fs';
import path from 'node:path';
import { defineConfig, type Options } from 'tsup';

/**
 * The one build of every package: ESM for Node 20.19 and bundlers, with types.
 * `splitting` keeps what `.` and `./testing` share in one chunk, so that a class exists once.
 *
 * Types come from `tsc -b`, which runs before (target `build` in nx.json): it checks only what changed, where a bundler
 * of declarations reads every package below again, at ten times the cost.
 */
export function packageConfig(options: Pick<Options, 'entry'> = {}) {
  return defineConfig({
    entry: options.entry ?? ['src/index.ts'],
    format: ['esm'],
    target: 'node20',
    platform: 'neutral',
    splitting: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    external: [/^node:/, /^@diemnet\//],
    dts: false,
    onSuccess: async () => {
      copyDeclarations();
      // One licence at the root; npm packs it from each package's folder.
      fs.copyFileSync('../../LICENSE', 'LICENSE');
    },
  });
}

/** Those of `src`, as `tsc -b` left them for this package; what it shares with a page of its own, for that project. */
function copyDeclarations() {
  const name = path.basename(process.cwd());
  for (const project of [`${name}-page`, name]) {
    const from = path.join('../../.nx/types', project, 'src');
    if (!fs.existsSync(from)) continue;
    for (const file of fs.readdirSync(from, { recursive: true, encoding: 'utf8' })) {
      // A declaration whose source is gone stays behind in the folder of tsc.
      if (!file.endsWith('.d.ts') || !fs.existsSync(path.join('src', file.replace(/\.d\.ts$/, '.ts'))))
        continue;
      fs.mkdirSync(path.join('dist', path.dirname(file)), { recursive: true });
      fs.copyFileSync(path.join(from, file), path.join('dist', file));
    }
  }
}

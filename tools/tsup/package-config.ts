import { defineConfig, type Options } from 'tsup';

/**
 * The one build of every package: ESM for Node 20.19 and bundlers, with types.
 * `splitting` keeps what `.` and `./testing` share in one chunk, so that a class exists once.
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
    dts:
      process.env['DIEMNET_BUILD_TYPES'] === 'off'
        ? false
        : { compilerOptions: { composite: false, ignoreDeprecations: '6.0' } },
  });
}

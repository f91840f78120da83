/** The files of a new package, as text. */
export function packageFiles({ name, layer, kind, description, typesVersion }) {
  const noun = name
    .split('-')
    .map((part) => part[0].toUpperCase() + part.slice(1))
    .join('');
  const create = `create${noun}`;
  const code = `ERR_${name.toUpperCase().replaceAll('-', '_')}_INVALID_OPTION`;
  const up = '../..';
  return {
    'package.json': JSON.stringify({
      name: `@diemnet/${name}`,
      version: '0.1.0',
      description,
      keywords: ['diem', 'diemnet', 'p2p', 'networking', name],
      license: 'Apache-2.0',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.19.0' },
      exports: {
        '.': {
          '@diemnet/source': './src/index.ts',
          types: './dist/index.d.ts',
          default: './dist/index.js',
        },
        './package.json': './package.json',
      },
      files: ['dist', 'CHANGELOG.md'],
      publishConfig: { access: 'public', provenance: true },
      dependencies: { '@diemnet/types': `^${typesVersion}` },
    }),
    'project.json': JSON.stringify({
      name,
      $schema: `${up}/node_modules/nx/schemas/project-schema.json`,
      projectType: 'library',
      sourceRoot: `packages/${name}/src`,
      tags: [`layer:${layer}`, `kind:${kind}`],
      targets: { build: {}, test: {}, 'check-package': {} },
    }),
    'tsconfig.json': JSON.stringify({
      extends: `${up}/tsconfig.base.json`,
      compilerOptions: {
        rootDir: '.',
        outDir: `${up}/.nx/types/${name}`,
        tsBuildInfoFile: `${up}/.nx/types/${name}.tsbuildinfo`,
      },
      include: ['src', 'test'],
      references: [{ path: '../types' }],
    }),
    'tsup.config.ts': `import { packageConfig } from '${up}/tools/tsup/package-config';

export default packageConfig();
`,
    'jest.config.cjs': `module.exports = {
  ...require('${up}/tools/jest/package-preset.cjs'),
  displayName: '${name}',
  rootDir: __dirname,
};
`,
    'CHANGELOG.md': `# @diemnet/${name}\n\n## 0.1.0\n\nFirst release. ${description}\n`,
    'README.md': `# @diemnet/${name}

${description}

Sits on \`@diemnet/types\`.

\`\`\`sh
npm install @diemnet/${name}
\`\`\`

## Example

\`\`\`ts
import { ${create} } from '@diemnet/${name}';

const it = ${create}({ label: 'first' });
console.log(it.label);
\`\`\`

## Options

| Option  | Default     | Meaning      |
| ------- | ----------- | ------------ |
| \`label\` | \`'default'\` | names it     |

## Errors

| Code | When |
| --- | --- |
| \`${code}\` | \`label\` is empty |

## Differences from the reference

None: the reference has no such part.
`,
    'src/index.ts': `/**
 * ${description}
 *
 * Layer ${layer}: uses only \`@diemnet/types\`.
 *
 * @example
 * ${create}({ label: 'first' }).label; // 'first'
 *
 * @packageDocumentation
 */
export { ${noun}Error } from './errors.js';
export type { ${noun}ErrorCode } from './errors.js';
export { ${create} } from './${name}.js';
export type { ${noun} } from './${name}.js';
export { DEFAULT_${name.toUpperCase().replaceAll('-', '_')}_OPTIONS } from './options.js';
export type { ${noun}Options } from './options.js';
`,
    'src/errors.ts': `import { DiemNetError } from '@diemnet/types';

/** Codes of the errors of this package. */
export type ${noun}ErrorCode =
  /** An option is out of range. */
  '${code}';

/** An error of \`@diemnet/${name}\`. */
export class ${noun}Error extends DiemNetError<${noun}ErrorCode> {}
`,
    'src/options.ts': `/** What a {@link ${noun}} can be told. */
export interface ${noun}Options {
  /** Names it. Not empty. @default 'default' */
  readonly label?: string | undefined;
}

/** What holds where nothing is said. */
export const DEFAULT_${name.toUpperCase().replaceAll('-', '_')}_OPTIONS = Object.freeze({ label: 'default' });
`,
    [`src/${name}.ts`]: `import { ${noun}Error } from './errors.js';
import { DEFAULT_${name.toUpperCase().replaceAll('-', '_')}_OPTIONS, type ${noun}Options } from './options.js';

/** Replace this by what the package is for. */
export interface ${noun} {
  readonly label: string;
}

/**
 * Makes one.
 * @throws ${noun}Error \`${code}\`
 */
export function ${create}(options: ${noun}Options = {}): ${noun} {
  const label = options.label ?? DEFAULT_${name.toUpperCase().replaceAll('-', '_')}_OPTIONS.label;
  if (label === '') throw new ${noun}Error('${code}', 'label is empty');
  return { label };
}
`,
    [`test/${name}.spec.ts`]: `import { ${create} } from '../src/index.js';

describe('${create}', () => {
  it('is named as told, or by default', () => {
    expect(${create}({ label: 'first' }).label).toBe('first');
    expect(${create}().label).toBe('default');
  });

  it('refuses an empty label', () => {
    expect(() => ${create}({ label: '' })).toThrow(expect.objectContaining({ code: '${code}' }));
  });
});
`,
  };
}

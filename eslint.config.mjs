import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import jsoncParser from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';
import { layerConstraints } from './tools/lint/layers.mjs';

/** Nothing reads the clock or chance directly: TimeService and Rng are injected (docs/decisions). */
const clockAndChance = {
  'no-restricted-globals': [
    'error',
    ...['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({
      name,
      message: 'Use the injected TimeService.',
    })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Use the injected TimeService.' },
    { object: 'Math', property: 'random', message: 'Use the injected Rng.' },
    { property: 'getRandomValues', message: 'Use the injected Rng.' },
    { property: 'randomUUID', message: 'Use the injected Rng.' },
    { property: 'randomBytes', message: 'Use the injected Rng.' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Error']", message: 'Throw a DiemNetError with a code.' },
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: 'Use the injected TimeService.',
    },
    { selector: 'ExportAllDeclaration', message: 'Export by name.' },
  ],
};

export default tseslint.config(
  { ignores: ['**/dist/**', '.nx/**', '**/node_modules/**', 'coverage/**', '**/test/fixtures/vectors/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['packages/*/{src,test}/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allowCircularSelfDependency: true,
          banTransitiveDependencies: true,
          depConstraints: layerConstraints,
        },
      ],
    },
  },
  { files: ['packages/*/src/**/*.ts'], rules: clockAndChance },
  {
    files: ['packages/*/package.json'],
    languageOptions: { parser: jsoncParser },
    plugins: { '@nx': nx },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: [
            '{projectRoot}/test/**/*',
            // Bundled into a page for browsers: nothing of it is needed at run time.
            '{projectRoot}/page/**/*',
            '{projectRoot}/tsup.config.ts',
            '{projectRoot}/jest.config.cjs',
          ],
          checkVersionMismatches: false,
        },
      ],
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  prettier,
);

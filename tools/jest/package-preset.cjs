/** What every package's jest.config.cjs extends: TypeScript by swc, sibling packages read from source. */
module.exports = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@diemnet/source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  // Relative imports are written with the ending of the build's output.
  moduleNameMapper: { '^(\\.{1,2}/.+)\\.js$': ['$1.ts', '$1.js'] },
  // noble and mysten publish ESM only; jest's own loader wants CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@noble|@scure|@mysten)/)'],
  restoreMocks: true,
};

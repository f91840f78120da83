/** Tests of what the tools hold over the whole repository. */
module.exports = {
  ...require('./jest/package-preset.cjs'),
  displayName: 'tools',
  rootDir: __dirname,
};

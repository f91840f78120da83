module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'cli',
  rootDir: __dirname,
};

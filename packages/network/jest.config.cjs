module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'network',
  rootDir: __dirname,
};

module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'bcs',
  rootDir: __dirname,
};

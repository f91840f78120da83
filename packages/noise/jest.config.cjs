module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'noise',
  rootDir: __dirname,
};

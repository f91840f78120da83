module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'transport',
  rootDir: __dirname,
};

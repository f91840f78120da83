module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'types',
  rootDir: __dirname,
};

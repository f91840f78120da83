module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'wire',
  rootDir: __dirname,
};

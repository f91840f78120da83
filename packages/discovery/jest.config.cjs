module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'discovery',
  rootDir: __dirname,
};

module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'inspector',
  rootDir: __dirname,
};

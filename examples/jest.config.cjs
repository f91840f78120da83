module.exports = {
  ...require('../tools/jest/package-preset.cjs'),
  displayName: 'examples',
  rootDir: __dirname,
};

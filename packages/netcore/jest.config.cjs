module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'netcore',
  rootDir: __dirname,
};

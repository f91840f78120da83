module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'health-checker',
  rootDir: __dirname,
};

module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'builder',
  rootDir: __dirname,
};

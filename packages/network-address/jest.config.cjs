module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'network-address',
  rootDir: __dirname,
};

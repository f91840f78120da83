module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'connectivity-manager',
  rootDir: __dirname,
};

module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'peer-manager',
  rootDir: __dirname,
};

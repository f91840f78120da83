module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'peer',
  rootDir: __dirname,
};

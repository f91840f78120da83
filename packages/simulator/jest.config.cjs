module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'simulator',
  rootDir: __dirname,
};

module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'channel',
  rootDir: __dirname,
};

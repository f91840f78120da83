module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'rate-limiter',
  rootDir: __dirname,
};

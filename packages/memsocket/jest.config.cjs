module.exports = {
  ...require('../../tools/jest/package-preset.cjs'),
  displayName: 'memsocket',
  rootDir: __dirname,
};

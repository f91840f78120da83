/** One run over all packages, the examples and the tools; `jest` inside a package runs that package alone. */
module.exports = {
  projects: ['<rootDir>/packages/*', '<rootDir>/examples', '<rootDir>/tools'],
  // Every core: the default leaves one out, which is half of a small machine.
  maxWorkers: '100%',
};

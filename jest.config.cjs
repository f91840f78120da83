/** One run over all packages and the examples; `jest` inside a package runs that package alone. */
module.exports = { projects: ['<rootDir>/packages/*', '<rootDir>/examples'] };

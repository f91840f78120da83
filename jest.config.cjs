/** One run over all packages; `jest` inside a package runs that package alone. */
module.exports = { projects: ['<rootDir>/packages/*'] };

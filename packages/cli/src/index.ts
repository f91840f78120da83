/**
 * The `diemnet` command as a function, for programs that embed it and for tests.
 *
 * Layer 7: sits on everything.
 *
 * @packageDocumentation
 */
export { main } from './main.js';
export type { Terminal } from './terminal.js';

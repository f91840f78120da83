import { DiemNetError } from '@diemnet/types';

/** Exit codes of every command. */
export const EXIT_OK = 0;
/** The command was understood but could not do its work. */
export const EXIT_FAILED = 1;
/** Wrong input: arguments, a file, a configuration. */
export const EXIT_USAGE = 2;

/** Wrong input: one clear line on stderr, exit code 2. */
export class UsageError extends DiemNetError<'ERR_USAGE'> {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('ERR_USAGE', message, options);
  }
}

/** The work itself failed: one clear line on stderr, exit code 1. */
export class CommandFailedError extends DiemNetError<'ERR_COMMAND_FAILED'> {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super('ERR_COMMAND_FAILED', message, options);
  }
}

import { readFile, stat } from 'node:fs/promises';
import { UsageError } from '../exit.js';

const READABLE_BY_ALL = 0o004;

/** The token in a file. @throws UsageError if it cannot be read, is empty, or everybody can read it */
export async function readTokenFile(file: string): Promise<string> {
  try {
    const { mode } = await stat(file);
    if ((mode & READABLE_BY_ALL) !== 0) {
      throw new UsageError(`${file}: everybody on this machine can read the token: chmod 600 ${file}`);
    }
    const token = (await readFile(file, 'utf8')).trim();
    if (token === '' || /\s/.test(token)) throw new UsageError(`${file}: expected one token without blanks`);
    return token;
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${file}: the token cannot be read`, { cause });
  }
}

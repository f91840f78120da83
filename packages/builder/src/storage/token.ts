import { readFile } from 'node:fs/promises';
import type { TokenSource } from '../config/secure-backend.js';
import { StorageError } from '../errors.js';

/** The token itself; that of a file is used as it is, a final newline included. @throws StorageError `ERR_STORAGE_TOKEN` */
export async function readToken(source: TokenSource): Promise<string> {
  if ('from_config' in source) return source.from_config;
  try {
    return await readFile(source.from_disk, 'utf8');
  } catch (cause) {
    throw new StorageError('ERR_STORAGE_TOKEN', `the token in ${source.from_disk} cannot be read`, { cause });
  }
}

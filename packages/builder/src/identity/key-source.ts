import { open, type FileHandle } from 'node:fs/promises';
import { X25519PrivateKey } from '@diemnet/types';
import { StorageError } from '../errors.js';

/** A key takes 64 characters; a file that is much longer is something else. */
const MAX_KEY_FILE_BYTES = 1024;
const WORLD = 0o007;
const GROUP = 0o070;
const ROOT = 0;

/**
 * The X25519 private key in a file: 64 hexadecimal digits. Refuses a file that others can read. A file of root's that
 * we read through our group passes: that is how orchestrators mount secrets for a user other than root.
 * @throws StorageError `ERR_STORAGE_KEY_FILE_MODE`, `ERR_STORAGE_UNAVAILABLE`, `ERR_STORAGE_INVALID_VALUE`
 */
export async function readKeyFile(path: string): Promise<X25519PrivateKey> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new StorageError('ERR_STORAGE_UNAVAILABLE', `the key file ${path} cannot be read (${why})`, {
      cause,
      details: { keyFile: path },
    });
  }
  try {
    // Of the file that is open, not of the one that has this name by now.
    const { mode, uid, size } = await handle.stat();
    assertPrivate(path, mode, uid);
    if (size > MAX_KEY_FILE_BYTES) throw malformed(path, { keyFile: path });
    const text = await handle.readFile('utf8');
    return parseKey(text, path, { keyFile: path });
  } finally {
    await handle.close();
  }
}

/**
 * The X25519 private key in an environment variable.
 * @throws StorageError `ERR_STORAGE_KEY_NOT_SET`, `ERR_STORAGE_INVALID_VALUE`
 */
export function readKeyVariable(
  name: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): X25519PrivateKey {
  const text = env[name];
  if (text === undefined) {
    throw new StorageError(
      'ERR_STORAGE_KEY_NOT_SET',
      `the environment variable ${name} with the key is not set`,
      { details: { variable: name } },
    );
  }
  return parseKey(text, `the environment variable ${name}`, { variable: name });
}

function assertPrivate(path: string, mode: number, uid: number): void {
  const ours = process.getuid?.();
  // Windows has no such modes.
  if (ours === undefined) return;
  const throughGroup = uid === ROOT && ours !== ROOT;
  if ((mode & (throughGroup ? WORLD : WORLD | GROUP)) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  throw new StorageError(
    'ERR_STORAGE_KEY_FILE_MODE',
    `the key file ${path} can be read or changed by others (mode ${octal}): take that away with "chmod 600 ${path}", ` +
      'and replace the key if anybody else has had access',
    { details: { keyFile: path } },
  );
}

/** Where a key of ours was looked for: the operator's doing, unlike a store that does not answer. */
type KeySource = { readonly keyFile: string } | { readonly variable: string };

function parseKey(text: string, where: string, details: KeySource): X25519PrivateKey {
  try {
    return X25519PrivateKey.fromHex(text.trim());
  } catch {
    // Not as a cause: nothing of the text may get into a log.
    throw malformed(where, details);
  }
}

function malformed(where: string, details: KeySource): StorageError {
  return new StorageError(
    'ERR_STORAGE_INVALID_VALUE',
    `${where} does not hold an X25519 private key of 64 hexadecimal digits`,
    { details },
  );
}

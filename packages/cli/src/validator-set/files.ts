import { readFile } from 'node:fs/promises';
import { parseAddressKeys, testAddressKeys, type AddressKeys } from '@diemnet/network-address';
import { hexToBytes, isDiemNetError } from '@diemnet/types';
import { UsageError } from '../exit.js';

/** The content of a file; of standard input for `-`. @throws UsageError */
async function readInput(file: string): Promise<Buffer> {
  try {
    return file === '-' ? await readAll(process.stdin) : await readFile(file);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new UsageError(`${file} cannot be read (${why})`, { cause });
  }
}

/** Bytes of a file that has them as they are, or as hex. */
export async function readPayload(file: string): Promise<Uint8Array> {
  const bytes = await readInput(file);
  const text = bytes.toString('latin1').trim();
  return /^(?:[0-9a-fA-F]{2})+$/.test(text) ? hexToBytes(text.toLowerCase()) : new Uint8Array(bytes);
}

/** The JSON of a file. @throws UsageError */
export async function readJson(file: string): Promise<unknown> {
  const text = (await readInput(file)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${file} is not JSON`, { cause });
  }
}

/** Shared address keys: a file with the key store's entry, or `test` for the keys that everybody knows. @throws UsageError */
export async function readAddressKeys(file: string): Promise<AddressKeys> {
  if (file === 'test') return testAddressKeys();
  try {
    return parseAddressKeys(await readJson(file));
  } catch (cause) {
    if (cause instanceof UsageError || !isDiemNetError(cause)) throw cause;
    throw new UsageError(`${file}: ${cause.message}`, { cause });
  }
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

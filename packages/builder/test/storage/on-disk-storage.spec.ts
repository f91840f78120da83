import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex } from '@diemnet/types';
import { MockTime } from '@diemnet/types/testing';
import { InMemoryStorage, OnDiskStorage, openStorage } from '../../src/index.js';

const SEED = 'ab'.repeat(32);

describe('OnDiskStorage', () => {
  let folder: string;
  let path: string;
  const time = new MockTime({ unixTimeMs: 1_600_000_000_999 });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'diemnet-storage-'));
    path = join(folder, 'secrets.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads entries with and without namespace', async () => {
    const entry = (value: unknown) => ({ data: 'GetResponse', last_update: 1, value });
    await writeFile(path, JSON.stringify({ key: entry(SEED), 'ns/key': entry('other') }));
    expect(bytesToHex(await new OnDiskStorage({ path, time }).exportPrivateKey('key'))).toBe(SEED);
    await expect(new OnDiskStorage({ path, namespace: 'ns', time }).get('key')).resolves.toBe('other');
  });

  it('finds a relative path in the data directory', async () => {
    await writeFile(path, '{"a":{"data":"GetResponse","last_update":0,"value":7}}');
    const storage = openStorage({ type: 'on_disk_storage', path: 'secrets.json' }, { dataDir: folder });
    await expect(storage.get('a')).resolves.toBe(7);
  });

  it('writes what it reads, with the time, for its owner only', async () => {
    const storage = new OnDiskStorage({ path, namespace: 'ns', time });
    await storage.set('a', { deep: [1] });
    await storage.set('b', 'x');
    await expect(storage.get('a')).resolves.toEqual({ deep: [1] });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      'ns/a': { data: 'GetResponse', last_update: 1_600_000_000, value: { deep: [1] } },
      'ns/b': { data: 'GetResponse', last_update: 1_600_000_000, value: 'x' },
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('tells what is missing or malformed', async () => {
    const storage = new OnDiskStorage({ path, time });
    await expect(storage.get('a')).rejects.toMatchObject({ code: 'ERR_STORAGE_UNAVAILABLE' });
    for (const [text, code] of [
      ['', 'ERR_STORAGE_KEY_NOT_SET'],
      ['{}', 'ERR_STORAGE_KEY_NOT_SET'],
      ['[]', 'ERR_STORAGE_INVALID_VALUE'],
      ['{', 'ERR_STORAGE_INVALID_VALUE'],
      ['{"a": 5}', 'ERR_STORAGE_INVALID_VALUE'],
      ['{"a": {"value": "ab"}}', 'ERR_STORAGE_INVALID_VALUE'],
    ] as const) {
      await writeFile(path, text);
      await expect(storage.exportPrivateKey('a')).rejects.toMatchObject({ code });
    }
    await writeFile(path, '[');
    await expect(storage.set('a', 1)).rejects.toMatchObject({ code: 'ERR_STORAGE_INVALID_VALUE' });
    await expect(new OnDiskStorage({ path: join(path, 'x'), time }).set('a', 1)).rejects.toMatchObject({
      code: 'ERR_STORAGE_UNAVAILABLE',
    });
  });
});

describe('InMemoryStorage', () => {
  it('gives what it was given, and nothing else', async () => {
    const storage = new InMemoryStorage({ key: SEED });
    expect(bytesToHex(await storage.exportPrivateKey('key'))).toBe(SEED);
    await expect(storage.get('constructor')).rejects.toMatchObject({ code: 'ERR_STORAGE_KEY_NOT_SET' });
    await storage.set('a', 1);
    await expect(storage.get('a')).resolves.toBe(1);
  });

  it('stands for in_memory_storage, empty unless the program gives one', async () => {
    const inMemory = new InMemoryStorage({ a: 1 });
    await expect(openStorage({ type: 'in_memory_storage' }, { inMemory }).get('a')).resolves.toBe(1);
    await expect(openStorage({ type: 'in_memory_storage' }).get('a')).rejects.toMatchObject({
      code: 'ERR_STORAGE_KEY_NOT_SET',
    });
  });
});

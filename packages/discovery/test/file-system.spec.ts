import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFileSystem } from '../src/index.js';

describe('the file system of Node.js', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'diemnet-discovery-'));
    path = join(folder, 'peers.yaml');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('reads a file up to the limit', async () => {
    await writeFile(path, 'four');
    const content = await nodeFileSystem.readFile(path, { maxBytes: 4 });
    expect(content.constructor).toBe(Uint8Array);
    expect(new TextDecoder().decode(content)).toBe('four');
    await expect(nodeFileSystem.readFile(path, { maxBytes: 3 })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_DISCOVERY_INPUT_TOO_LARGE' }),
    );
  });

  it('rejects for a missing file', async () => {
    await expect(nodeFileSystem.readFile(path, { maxBytes: 4 })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('notices that a file appears, changes and is replaced', async () => {
    let notice = () => {};
    const next = () => new Promise<void>((resolve) => (notice = resolve));
    const watcher = nodeFileSystem.watch(path, {
      onChange: () => notice(),
      onError: (error) => {
        throw error;
      },
    });
    try {
      let noticed = next();
      await writeFile(path, 'one');
      await noticed;
      noticed = next();
      await writeFile(path, 'two');
      await noticed;
      const other = join(folder, 'other');
      await writeFile(other, 'three');
      noticed = next();
      await rename(other, path);
      await noticed;
    } finally {
      watcher.close();
    }
  });

  it('cannot watch where there is no folder', () => {
    const handlers = { onChange() {}, onError() {} };
    expect(() => nodeFileSystem.watch(join(folder, 'missing', 'file'), handlers)).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
  });
});

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { ZERO_PEER_ID, peerIdFromPublicKey } from '@diemnet/types';
import { formatNetworkConfig, parseNetworkConfig, resolveIdentity } from '../../src/index.js';
import { keys } from '../network/memory-harness.js';

const { privateKey, publicKey } = keys(1);
const HEX = privateKey.exposeHex();

describe('a key outside of the configuration', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'diemnet-key-'));
    file = path.join(folder, 'node.key');
    await writeFile(file, `${HEX}\n`, { mode: 0o600 });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const identityOf = (yaml: string) => parseNetworkConfig(`identity: ${yaml}`).identity;

  it('is read from a file, absolute or from the data directory on', async () => {
    for (const name of [file, 'node.key']) {
      const identity = identityOf(`{ type: from_config, key_file: ${name} }`);
      expect(identity).toEqual({ type: 'from_config', key_file: name, peer_id: ZERO_PEER_ID });
      const { peerId, keyPair } = await resolveIdentity(identity, { dataDir: folder });
      expect([peerId, keyPair.publicKey]).toEqual([peerIdFromPublicKey(publicKey), publicKey]);
    }
  });

  it('is read from the environment, under a PeerId of its own', async () => {
    const identity = identityOf(`{ type: from_config, key_env: NODE_KEY, peer_id: ${'ab'.repeat(16)} }`);
    const resolved = await resolveIdentity(identity, { env: { NODE_KEY: HEX } });
    expect([resolved.peerId, resolved.keyPair.publicKey]).toEqual(['ab'.repeat(16), publicKey]);
    await expect(resolveIdentity(identity, { env: {} })).rejects.toMatchObject({
      code: 'ERR_STORAGE_KEY_NOT_SET',
    });
  });

  it('stays outside when the configuration is written', () => {
    const text = formatNetworkConfig(
      parseNetworkConfig(`identity: { type: from_config, key_file: ${file} }`),
    );
    expect(text).toContain(`key_file: ${file}`);
    expect(text).not.toContain(HEX);
    expect(parseNetworkConfig(text).identity).toMatchObject({ key_file: file });
  });

  it.each([0o640, 0o604, 0o644, 0o660, 0o666])(
    'is refused in a file of mode %o, with the cure',
    async (mode) => {
      await chmod(file, mode);
      const refused = await resolveIdentity(identityOf(`{ type: from_config, key_file: ${file} }`)).catch(
        (error: unknown) => error,
      );
      expect(refused).toMatchObject({
        code: 'ERR_STORAGE_KEY_FILE_MODE',
        message: expect.stringContaining(`chmod 600 ${file}`) as string,
      });
    },
  );

  it.each([
    ['no key', 'hello'],
    ['a key and more', `${HEX}${HEX}`],
    ['far too much', HEX.repeat(100)],
  ])('is refused in a file with %s, which no error repeats', async (_what, content) => {
    await writeFile(file, content);
    const error = await resolveIdentity(identityOf(`{ type: from_config, key_file: ${file} }`)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'ERR_STORAGE_INVALID_VALUE' });
    expect(inspect(error)).not.toContain(content);
  });

  it('is refused in a file that is not there', async () => {
    await expect(
      resolveIdentity(identityOf('{ type: from_config, key_file: /nowhere/node.key }')),
    ).rejects.toMatchObject({ code: 'ERR_STORAGE_UNAVAILABLE' });
  });

  it.each([
    `{ type: from_config, key: "${HEX}", key_file: x, peer_id: ${'ab'.repeat(16)} }`,
    '{ type: from_config, key_file: x, key_env: y }',
  ])('cannot be in two places: %#', (yaml) => {
    expect(() => identityOf(yaml)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_CONFLICT' }));
    expect(() => identityOf(yaml)).not.toThrow(HEX);
  });
});

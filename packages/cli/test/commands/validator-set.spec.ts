import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { run } from '../run.js';

const ACCOUNT = 'd4c4fb4956d899e55289083f45ac5d84';
const FULL_NODE =
  '/ip4/10.0.0.61/tcp/6080/ln-noise-ik/080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a487120/ln-handshake/0';
/** The example of DiemNet wire format, section 15. */
const PAYLOAD = [
  '0001',
  ACCOUNT,
  '0100000000000000',
  '203d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  '28010000000000000000000000001af0e95016f5fc23eba87387b47824d2bd46f043120f463fb6088b',
  '2f012d0400 0a00003d 05 c017 0720 080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a487120 0800',
  '0000000000000000',
]
  .join('')
  .replaceAll(' ', '');

let folder: string;
const file = (name: string) => path.join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'diemnet-set-'));
  await writeFile(file('payload.hex'), `${PAYLOAD}\n`);
  await writeFile(file('payload.bcs'), Buffer.from(PAYLOAD, 'hex'));
  await writeFile(
    file('keys.json'),
    JSON.stringify({ keys: { 0: Buffer.alloc(32).toString('base64') }, current: 0 }),
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const set = (...args: string[]) => run(['validator-set', ...args]);

describe('diemnet validator-set', () => {
  it.each(['payload.hex', 'payload.bcs'])('decodes %s, and encodes it again byte for byte', async (name) => {
    const decoded = await set('decode', file(name));
    expect(JSON.parse(decoded.stdout)).toEqual({
      validators: [
        {
          account: ACCOUNT,
          votingPower: '1',
          consensusPublicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
          validatorNetworkAddresses: [
            {
              keyVersion: 0,
              seqNum: '0',
              ciphertext: 'f0e95016f5fc23eba87387b47824d2bd46f043120f463fb6088b',
            },
          ],
          fullNodeNetworkAddresses: [FULL_NODE],
          lastConfigUpdateTimeUs: '0',
        },
      ],
    });
    await writeFile(file('set.json'), decoded.stdout);
    expect((await set('encode', file('set.json'))).stdout.trim()).toBe(PAYLOAD);
    await set('encode', file('set.json'), '--out', file('again.bcs'));
    expect((await readFile(file('again.bcs'))).toString('hex')).toBe(PAYLOAD);
  });

  it.each(['keys.json', 'test'])('decrypts and encrypts addresses with %s', async (keys) => {
    const source = keys === 'test' ? keys : file(keys);
    const decoded = await set('decode', file('payload.hex'), '--keys', source);
    expect(decoded.stdout).toContain('"/ip4/10.0.0.16/tcp/80"');
    await writeFile(file('set.json'), decoded.stdout);
    const encoded = await set('encode', file('set.json'), '--keys', source, '--seq-num', '0');
    expect(encoded.stdout.trim()).toBe(PAYLOAD);
  });

  it('encrypts single addresses as a validator publishes them, and decrypts them', async () => {
    const who = ['--account', ACCOUNT, '--keys', 'test'];
    const encrypted = await set('encrypt', '/ip4/10.0.0.16/tcp/80', ...who, '--seq-num', '0');
    expect(encrypted.stdout.trim()).toBe(
      '010000000000000000000000001af0e95016f5fc23eba87387b47824d2bd46f043120f463fb6088b',
    );
    const decrypted = await set('decrypt', encrypted.stdout.trim(), ...who);
    expect(decrypted).toMatchObject({ code: 0, stdout: '/ip4/10.0.0.16/tcp/80\n' });
    const stranger = ['--account', '00'.repeat(16), '--keys', 'test', '--json'];
    const refused = await set('decrypt', encrypted.stdout.trim(), ...stranger);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ total: 1, addresses: [] });
  });

  it.each([
    ['decode', '/nowhere'],
    ['decode', 'keys.json'],
    ['decode', 'payload.hex', '--keys', 'payload.hex'],
    ['encode', 'payload.hex'],
    ['encode', 'keys.json'],
    ['encode', 'payload.hex', '--seq-num', '1'],
    ['encrypt', '/ip4/10.0.0.16/tcp/80', '--account', 'x', '--keys', 'test', '--seq-num', '0'],
    ['encrypt', '/ip4/10.0.0.16/tcp/80', '--account', ACCOUNT, '--keys', 'test', '--seq-num', '-1'],
    ['encrypt', 'nowhere', '--account', ACCOUNT, '--keys', 'test', '--seq-num', '1'],
    ['decrypt', 'zz', '--account', ACCOUNT, '--keys', 'test'],
    ['decrypt', '0102', '--account', ACCOUNT, '--keys', 'test'],
    ['sort'],
  ])('refuses wrong input with exit code 2: %s %s', async (...args) => {
    const { code, stderr } = await set(
      ...args.map((arg) => (/^(keys|payload)\./.test(arg) ? file(arg) : arg)),
    );
    expect(code).toBe(2);
    expect(stderr).not.toBe('');
  });
});

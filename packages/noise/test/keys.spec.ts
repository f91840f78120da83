import { createHash } from 'node:crypto';
import { generateKeyPair, keyPairFromEd25519Seed, keyPairFromPrivateKey, publicKeyOf } from '@diemnet/noise';
import { X25519PrivateKey, hexToBytes } from '@diemnet/types';
import { seededRng } from '@diemnet/types/testing';
import { BACKENDS } from './support/backends.js';

describe.each(BACKENDS)('keys, %s', (_name, backend) => {
  it.each([
    [
      'e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1',
      '6bc3822a2aa7f4e6981d6538692b3cdf3e6df9eea6ed269eb41d93c22757b75a',
    ],
    ['0'.repeat(64), '2fe57da347cd62431528daac5fbb290730fff684afc4cfc2ed90995f58cb3b74'],
    [
      'f0c639ecd200dec1b1a437d31ce6b11378c52ab22601e45f754d7b9872fc187c',
      '68d3c2d06827ce79fa4032a2d06630f2b66fc7bdba0cfd4ce01bec8a4063986f',
    ],
  ])('finds the public key of %s', (secret, expected) => {
    const privateKey = X25519PrivateKey.fromHex(secret);
    expect(publicKeyOf(privateKey, { backend })).toBe(expected);
    expect(keyPairFromPrivateKey(privateKey, { backend })).toEqual({ publicKey: expected, privateKey });
  });

  it('generates a new pair each time, or the same from the same chance', () => {
    const first = generateKeyPair({ backend });
    expect(generateKeyPair({ backend }).publicKey).not.toBe(first.publicKey);
    expect(publicKeyOf(first.privateKey, { backend })).toBe(first.publicKey);
    const seeded = () => generateKeyPair({ rng: seededRng(4), backend });
    expect(seeded().publicKey).toBe(seeded().publicKey);
    expect(seeded().privateKey.expose()).toEqual(seededRng(4).fill(new Uint8Array(32)));
  });

  it('makes an identity of an Ed25519 seed: half of its SHA-512, clamped', () => {
    const seed = hexToBytes('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
    const expected = createHash('sha512').update(seed).digest().subarray(0, 32);
    expected[0] = (expected[0] as number) & 0b1111_1000;
    expected[31] = ((expected[31] as number) & 0b0111_1111) | 0b0100_0000;
    const pair = keyPairFromEd25519Seed(seed, { backend });
    expect(pair.privateKey.exposeHex()).toBe(expected.toString('hex'));
    expect(pair.publicKey).toBe(publicKeyOf(pair.privateKey));
    expect(() => keyPairFromEd25519Seed(seed.subarray(1))).toThrow(
      expect.objectContaining({ code: 'ERR_NOISE_INVALID_KEY' }),
    );
  });

  it('refuses a private key that was disposed', () => {
    const { privateKey } = generateKeyPair({ backend });
    privateKey.dispose();
    expect(() => publicKeyOf(privateKey, { backend })).toThrow(
      expect.objectContaining({ code: 'ERR_PRIVATE_KEY_DISPOSED' }),
    );
  });
});

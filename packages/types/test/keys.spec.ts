import { format, inspect } from 'node:util';
import {
  TypesError,
  X25519PrivateKey,
  publicKeyFromBytes,
  publicKeyFromHex,
  publicKeyToBytes,
} from '../src/index.js';
import { codeOf } from './code-of.js';

const SECRET = 'c0ffee'.repeat(10) + 'abcd';

describe('public keys', () => {
  it('are 64 digits, read in either case and kept in lower case', () => {
    const key = publicKeyFromHex(SECRET.toUpperCase());
    expect(key).toBe(SECRET);
    expect(publicKeyFromBytes(publicKeyToBytes(key))).toBe(key);
  });

  it('refuse another length, a prefix, other digits and other values', () => {
    for (const text of [
      SECRET.slice(1),
      `${SECRET}0`,
      `0x${SECRET}`,
      `${SECRET.slice(1)}g`,
      '',
      undefined,
      [SECRET],
    ]) {
      expect(codeOf(() => publicKeyFromHex(text as string))).toBe('ERR_INVALID_PUBLIC_KEY');
    }
    expect(codeOf(() => publicKeyFromBytes(new Uint8Array(31)))).toBe('ERR_INVALID_PUBLIC_KEY');
  });
});

describe('private keys', () => {
  const secret = () => X25519PrivateKey.fromHex(SECRET);

  it('never print themselves', () => {
    const key = secret();
    class Holder {
      readonly identity = key;
    }
    const error = new TypesError('ERR_ELAPSED', `failed with ${String(key)}`, {
      details: { key },
      cause: { key },
    });
    const shown = [
      String(key),
      `${key as unknown as string}`,
      (key as unknown as string) + '',
      key.toString(),
      JSON.stringify(key),
      JSON.stringify({ nested: [key] }),
      JSON.stringify(Object.entries(key)),
      JSON.stringify({ ...key }),
      JSON.stringify(structuredClone({ ...key })),
      JSON.stringify(error),
      inspect(key),
      inspect(key, { showHidden: true, customInspect: false, depth: 9 }),
      inspect(new Holder(), { showHidden: true, depth: 9 }),
      inspect(error, { depth: 9 }),
      format('%s %o %O %j', key, key, key, key),
      String(error.stack),
    ].join('\n');
    expect(shown).not.toMatch(/c0ffee/i);
    // Nor as the numbers 192, 255, 238 of a byte array.
    expect(shown).not.toMatch(/192,\s*255/);
    expect(String(key)).toBe('[X25519PrivateKey]');
    expect(JSON.stringify(key)).toBe('"[X25519PrivateKey]"');
    expect(inspect({ key })).toBe('{ key: [X25519PrivateKey] }');
  });

  it('are exposed on demand', () => {
    expect(secret().exposeHex()).toBe(SECRET);
    expect(X25519PrivateKey.fromBytes(secret().expose()).exposeHex()).toBe(SECRET);
    expect(X25519PrivateKey.fromHex(SECRET.toUpperCase()).exposeHex()).toBe(SECRET);
  });

  it('copy the bytes they are made from', () => {
    const bytes = new Uint8Array(32).fill(7);
    const key = X25519PrivateKey.fromBytes(bytes);
    bytes.fill(0);
    expect(key.expose()[0]).toBe(7);
  });

  it('are overwritten when disposed and cannot be used after', () => {
    const key = secret();
    const bytes = key.expose();
    key.dispose();
    key.dispose();
    expect(bytes).toEqual(new Uint8Array(32));
    expect(codeOf(() => key.expose())).toBe('ERR_PRIVATE_KEY_DISPOSED');
    expect(codeOf(() => key.exposeHex())).toBe('ERR_PRIVATE_KEY_DISPOSED');
    const other = secret();
    other[Symbol.dispose]();
    expect(codeOf(() => other.expose())).toBe('ERR_PRIVATE_KEY_DISPOSED');
  });

  it('refuse another length or other digits without repeating them', () => {
    for (const text of [SECRET.slice(1), `${SECRET}00`, `${SECRET.slice(1)}g`, undefined]) {
      expect(codeOf(() => X25519PrivateKey.fromHex(text as string))).toBe('ERR_INVALID_PRIVATE_KEY');
      expect(() => X25519PrivateKey.fromHex(text as string)).toThrow(
        expect.objectContaining({ message: expect.not.stringMatching(/c0ffee/) }),
      );
    }
    expect(codeOf(() => X25519PrivateKey.fromBytes(new Uint8Array(33)))).toBe('ERR_INVALID_PRIVATE_KEY');
  });
});

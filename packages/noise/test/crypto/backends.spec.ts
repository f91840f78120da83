import { createHash, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import {
  defaultBackend,
  nativeBackend,
  portableBackend,
  type CryptoBackend,
  type FrameOpener,
  type FrameSealer,
} from '@diemnet/noise';
import { hexToBytes, systemRng } from '@diemnet/types';
import { seededRng } from '@diemnet/types/testing';
import { BACKENDS } from '../support/backends.js';
import { concat, expectBytes, pattern } from '../support/bytes.js';
import { LOW_ORDER_KEYS } from '../support/low-order-keys.js';

const native = nativeBackend() as CryptoBackend;
const key = () => pattern(32, 5);
const nonce = pattern(12, 6);
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

function sealInParts(sealer: FrameSealer, parts: readonly Uint8Array[]): Uint8Array {
  const out: Uint8Array[] = [];
  sealer.start(nonce);
  for (const part of parts) {
    // Parts may be used again once the call returns.
    const volatile = Uint8Array.from(part);
    sealer.update(volatile, out);
    volatile.fill(0);
  }
  return concat([...out, sealer.finish()]);
}

function openInParts(opener: FrameOpener, sealed: Uint8Array, size: number): Uint8Array | undefined {
  opener.start(nonce);
  const tagAt = sealed.length - 16;
  for (let at = 0; at < tagAt; at += size) {
    const volatile = sealed.slice(at, Math.min(tagAt, at + size));
    opener.update(volatile);
    volatile.fill(0);
  }
  const parts = opener.finish(sealed.slice(tagAt));
  return parts && concat(parts);
}

describe('backends', () => {
  it('are native where node:crypto is, else portable', () => {
    expect(defaultBackend().name).toBe('native');
    const spy = jest.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
    expect(nativeBackend()).toBeUndefined();
    expect(defaultBackend()).toBe(portableBackend);
    spy.mockRestore();
  });

  it('agree on hashes, keys, ciphertexts and plaintexts', () => {
    fc.assert(
      fc.property(bytes32, bytes(300), bytes(300), (secret, first, second) => {
        expect(native.hash(first, second)).toEqual(Buffer.from(portableBackend.hash(first, second)));
        expect(native.hkdf(secret, first).map((half) => [...half])).toEqual(
          portableBackend.hkdf(secret, first).map((half) => [...half]),
        );
        const sealed = native.seal(secret, nonce, first, second);
        expect(portableBackend.seal(secret, nonce, first, second)).toEqual(sealed);
        expect(native.open(secret, nonce, first, sealed)).toEqual(second);
        expect(portableBackend.open(secret, nonce, first, sealed)).toEqual(second);
      }),
      { numRuns: 30 },
    );
  });

  it('agree on Diffie-Hellman, also with keys of each other', () => {
    fc.assert(
      fc.property(bytes32, bytes32, (secretA, secretB) => {
        const [a, b] = [native.importKeyPair(secretA), portableBackend.importKeyPair(secretB)];
        expect(portableBackend.importKeyPair(secretA).publicKey).toEqual(a.publicKey);
        const shared = a.dh(portableBackend.importPublicKey(b.publicKey));
        expect([...b.dh(native.importPublicKey(a.publicKey))]).toEqual([...shared]);
      }),
      { numRuns: 8 },
    );
  });

  it('agree on frames, however the parts are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5000), { maxLength: 8 }),
        fc.integer({ min: 1, max: 6000 }),
        (lengths, size) => {
          const parts = lengths.map((length, i) => pattern(length, i));
          const sealed = native.seal(key(), nonce, new Uint8Array(0), concat(parts));
          for (const [, backend] of BACKENDS) {
            expectBytes(sealInParts(backend.createSealer(key()), parts), sealed);
            const opener = backend.createOpener(key());
            expectBytes(opener.open(nonce, sealed), concat(parts));
            expectBytes(openInParts(opener, sealed, size), concat(parts));
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe.each(BACKENDS)('backend %s', (_name, backend) => {
  it('hashes and derives as the standards say', () => {
    const [first, second] = [pattern(100, 1), pattern(3, 2)];
    expect(Buffer.from(backend.hash(first, second)).toString('hex')).toBe(
      createHash('sha256').update(first).update(second).digest('hex'),
    );
    for (const input of [new Uint8Array(0), pattern(32, 3)]) {
      expect(concat(backend.hkdf(key(), input))).toEqual(
        new Uint8Array(hkdfSync('sha256', input, key(), '', 64)),
      );
    }
  });

  it('draws a key pair from chance, the same from the same chance', () => {
    const pair = backend.generateKeyPair(seededRng(1));
    expect(pair.publicKey).toEqual(backend.importKeyPair(seededRng(1).fill(new Uint8Array(32))).publicKey);
    expect(backend.generateKeyPair(systemRng).publicKey).not.toEqual(pair.publicKey);
  });

  it('generates pairs that agree on a secret, many times', () => {
    // Enough for several garbage collections: an export that meets one must not hang.
    const rounds = backend.name === 'native' ? 3000 : 10;
    const fixed = backend.generateKeyPair(systemRng);
    for (let i = 0; i < rounds; i++) {
      const pair = backend.generateKeyPair(systemRng);
      if (i % 100 !== 0) continue;
      const secret = pair.dh(backend.importPublicKey(fixed.publicKey));
      expect([...secret]).toEqual([...fixed.dh(backend.importPublicKey(pair.publicKey))]);
    }
  });

  it.each(LOW_ORDER_KEYS)('refuses a shared secret with %s [C-108]', (low) => {
    const pair = backend.generateKeyPair(systemRng);
    expect(() => pair.dh(backend.importPublicKey(hexToBytes(low)))).toThrow(
      expect.objectContaining({ code: 'ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED' }),
    );
  });

  it.each([0, 31, 33])('refuses keys of %i bytes', (length) => {
    const invalid = expect.objectContaining({ code: 'ERR_NOISE_INVALID_KEY' });
    expect(() => backend.importKeyPair(new Uint8Array(length))).toThrow(invalid);
    expect(() => backend.importPublicKey(new Uint8Array(length))).toThrow(invalid);
  });

  it('copies what it imports', () => {
    const secret = key();
    const pair = backend.importKeyPair(secret);
    const before = pair.dh(backend.importPublicKey(pattern(32, 9)));
    secret.fill(0);
    const raw = pattern(32, 9);
    const publicKey = backend.importPublicKey(raw);
    raw.fill(0);
    expect([...pair.dh(publicKey)]).toEqual([...before]);
  });

  it('says nothing but "not authentic" about a frame that is not', () => {
    const sealed = backend.seal(key(), nonce, new Uint8Array(0), pattern(5000, 1));
    for (const at of [0, 4999, 5000, 5015]) {
      const forged = Uint8Array.from(sealed);
      forged[at] = (forged[at] as number) ^ 1;
      const opener = backend.createOpener(key());
      expect(opener.open(nonce, forged)).toBeUndefined();
      expect(openInParts(opener, forged, 2500)).toBeUndefined();
      expect(backend.open(key(), nonce, new Uint8Array(0), forged)).toBeUndefined();
      expectBytes(openInParts(opener, sealed, 2500), pattern(5000, 1));
    }
    expect(backend.open(key(), nonce, Uint8Array.of(1), sealed)).toBeUndefined();
  });

  it('forgets keys when it is told to', () => {
    const pair = backend.generateKeyPair(systemRng);
    pair.dispose();
    pair.dispose();
    const sealer = backend.createSealer(key());
    sealer.start(nonce);
    sealer.prepare?.(nonce);
    sealer.dispose();
    const opener = backend.createOpener(key());
    opener.start(nonce);
    opener.update(pattern(100, 1));
    opener.prepare?.(nonce);
    opener.dispose();
  });
});

import { generateKeyPair, type CryptoBackend, type DhKeyPair } from '@diemnet/noise';
import { publicKeyToBytes, type Rng, type X25519KeyPair, type X25519PublicKey } from '@diemnet/types';
import { StaticKeys } from '../src/static-keys.js';
import { BACKENDS } from './support/backends.js';
import { HandshakeHarness } from './support/handshakes.js';

const publicBytes = ({ publicKey }: X25519KeyPair) => publicKeyToBytes(publicKey);

describe.each(BACKENDS)('a change of our static key, %s', (_name, backend) => {
  const [first, second, third] = [generateKeyPair(), generateKeyPair(), generateKeyPair()] as const;

  it('dials with the new pair and answers under both until the old one is dropped [D-19]', () => {
    const keys = new StaticKeys(backend, first);
    const retiring = keys.rotate(second);
    expect(keys.publicKey).toBe(second.publicKey);
    expect(keys.current.publicKey).toEqual(publicBytes(second));
    expect(keys.publicKeys()).toEqual([second.publicKey, first.publicKey]);
    expect(keys.expected(publicBytes(first))?.publicKey).toEqual(publicBytes(first));
    expect(keys.expected(publicBytes(third))).toBeUndefined();
    const wiped = jest.spyOn(keys.expected(publicBytes(first)) as DhKeyPair, 'dispose');
    expect(retiring?.publicKey).toBe(first.publicKey);
    retiring?.drop();
    retiring?.drop();
    expect(keys.publicKeys()).toEqual([second.publicKey]);
    expect(keys.expected(publicBytes(first))).toBeUndefined();
    expect(wiped).toHaveBeenCalledTimes(1);
  });

  it('does nothing for the key that it has', () => {
    expect(new StaticKeys(backend, first).rotate(first)).toBeUndefined();
  });

  it('takes a retiring key back; its drop then drops nothing', () => {
    const keys = new StaticKeys(backend, first);
    const retiring = keys.rotate(second);
    keys.rotate(first);
    retiring?.drop();
    expect(keys.publicKeys()).toEqual([first.publicKey, second.publicKey]);
    expect(keys.expected(publicBytes(first))).toBe(keys.current);
  });

  it('refuses a pair that does not fit together, and stays as it was', () => {
    const keys = new StaticKeys(backend, first);
    expect(() => keys.rotate({ ...second, publicKey: third.publicKey })).toThrow(
      expect.objectContaining({ code: 'ERR_NOISE_KEY_PAIR_MISMATCH' }),
    );
    expect(keys.publicKeys()).toEqual([first.publicKey]);
  });

  it('answers a dialer that expects the old key, and one that expects the new key', async () => {
    const harness = new HandshakeHarness(backend, 'mutual');
    const dialer = harness.upgrader();
    const outbound = { remotePeerId: harness.listenerIdentity.peerId };
    const dial = async (key: X25519PublicKey) =>
      (await harness.handshake({ dialer, key, outbound })).listener;
    const old = harness.listenerKey;
    const retiring = harness.listener.rotateKey(second);
    expect(harness.listener.identity.publicKey).toBe(second.publicKey);
    expect(await dial(old)).toMatchObject({ role: 'Validator' });
    // In the same millisecond: the timestamp goes on from what the old key was sent.
    expect(await dial(second.publicKey)).toMatchObject({ role: 'Validator' });
    retiring?.drop();
    expect(await dial(old)).toMatchObject({ code: 'ERR_NOISE_CLIENT_EXPECTING_DIFFERENT_PUBKEY' });
  });

  it('proves the new key to listeners', async () => {
    const harness = new HandshakeHarness(backend, 'mutual');
    const dialer = harness.upgrader();
    dialer.rotateKey(second);
    expect((await harness.handshake({ dialer })).listener).toMatchObject({
      code: 'ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY',
    });
  });

  it('spares both sides a Diffie-Hellman operation each from the third handshake between them', async () => {
    let operations = 0;
    const counting = {
      ...bound(backend),
      importKeyPair: (privateKey: Uint8Array) => countedPair(backend.importKeyPair(privateKey)),
      generateKeyPair: (rng: Rng) => countedPair(backend.generateKeyPair(rng)),
    };
    function countedPair(pair: DhKeyPair): DhKeyPair {
      return {
        publicKey: pair.publicKey,
        dh: (remote) => (operations++, pair.dh(remote)),
        dispose: () => pair.dispose(),
      };
    }
    const harness = new HandshakeHarness(counting, 'mutual');
    const dialer = harness.upgrader();
    const counts: number[] = [];
    for (let i = 0; i < 4; i++) {
      operations = 0;
      expect((await harness.handshake({ dialer })).listener).toMatchObject({ role: 'Validator' });
      counts.push(operations);
    }
    expect(counts).toEqual([8, 8, 6, 6]);
  });
});

/** The methods of a backend, bound, since those of a class are not copied by spreading. */
function bound(backend: CryptoBackend): CryptoBackend {
  return {
    name: backend.name,
    importKeyPair: (privateKey) => backend.importKeyPair(privateKey),
    importPublicKey: (publicKey) => backend.importPublicKey(publicKey),
    generateKeyPair: (rng) => backend.generateKeyPair(rng),
    hash: (first, second) => backend.hash(first, second),
    hkdf: (chainingKey, input) => backend.hkdf(chainingKey, input),
    seal: (key, nonce, ad, plaintext) => backend.seal(key, nonce, ad, plaintext),
    open: (key, nonce, ad, sealed) => backend.open(key, nonce, ad, sealed),
    createSealer: (key) => backend.createSealer(key),
    createOpener: (key) => backend.createOpener(key),
  };
}

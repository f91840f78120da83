import { generateKeyPair, type DhPublicKey } from '@diemnet/noise';
import { publicKeyFromBytes, systemRng, type X25519PublicKey } from '@diemnet/types';
import { StaticKeyPair } from '../src/static-key-pair.js';
import { BACKENDS } from './support/backends.js';

describe.each(BACKENDS)('a static key pair and the remotes that come back, %s', (_name, backend) => {
  const remotePair = backend.generateKeyPair(systemRng);
  const remoteKey = publicKeyFromBytes(remotePair.publicKey);

  function pair() {
    const keys = backend.importKeyPair(generateKeyPair().privateKey.expose());
    const dh = jest.spyOn(keys, 'dh');
    return { keys, dh, own: new StaticKeyPair(backend, keys) };
  }

  const expected = (own: StaticKeyPair) => remotePair.dh(backend.importPublicKey(own.publicKey));

  it('computes the secret with a remembered remote once, and gives a copy of it to each handshake', () => {
    const { own, dh } = pair();
    const remote = own.remote(remoteKey, remotePair.publicKey);
    own.remember(remoteKey, remote);
    expect(own.remote(remoteKey, remotePair.publicKey)).toBe(remote);
    const secrets = [own.dh(remote), own.dh(remote), own.dh(remote)];
    secrets[0]?.fill(0);
    expect(secrets[1]).toEqual(expected(own));
    expect(own.dh(remote)).toEqual(expected(own));
    expect(dh).toHaveBeenCalledTimes(1);
  });

  it('keeps nothing of a remote that has not proved anything', () => {
    const { own, dh } = pair();
    const first = own.remote(remoteKey, remotePair.publicKey);
    expect(own.dh(first)).toEqual(expected(own));
    expect(own.dh(first)).toEqual(expected(own));
    expect(dh).toHaveBeenCalledTimes(2);
    expect(own.remote(remoteKey, remotePair.publicKey)).not.toBe(first);
  });

  it('keeps the first key of two handshakes with a remote that begin at a time', () => {
    const { own, dh } = pair();
    const [first, second] = [
      own.remote(remoteKey, remotePair.publicKey),
      own.remote(remoteKey, remotePair.publicKey),
    ];
    own.remember(remoteKey, first);
    own.remember(remoteKey, second);
    expect(own.remote(remoteKey, remotePair.publicKey)).toBe(first);
    for (let i = 0; i < 3; i++) own.dh(first);
    own.dh(second);
    expect(dh).toHaveBeenCalledTimes(2);
  });

  it('forgets everything when it is disposed of, and wipes the secrets', () => {
    const { own, keys, dh } = pair();
    const computed: Uint8Array[] = [];
    const original = remotePair.dh(backend.importPublicKey(own.publicKey));
    dh.mockImplementation(() => {
      computed.push(Uint8Array.from(original));
      return computed[0] as Uint8Array;
    });
    const dispose = jest.spyOn(keys, 'dispose');
    const remote = own.remote(remoteKey, remotePair.publicKey);
    own.remember(remoteKey, remote);
    own.dh(remote);
    own.dispose();
    expect(computed).toEqual([new Uint8Array(32)]);
    expect(dispose).toHaveBeenCalledTimes(1);
    expect(own.remote(remoteKey, remotePair.publicKey)).not.toBe(remote);
  });
});

it('remembers so many remotes and no more: who has been away longest goes first, wiped', () => {
  const imported: Uint8Array[] = [];
  const secrets: Uint8Array[] = [];
  const backend = {
    importPublicKey: (bytes: Uint8Array): DhPublicKey => (imported.push(bytes), { bytes }),
  } as unknown as ConstructorParameters<typeof StaticKeyPair>[0];
  const keys = {
    publicKey: new Uint8Array(32),
    dh: () => {
      const secret = new Uint8Array(32).fill(7);
      secrets.push(secret);
      return secret;
    },
    dispose() {},
  };
  const own = new StaticKeyPair(backend, keys);
  const name = (i: number) => i.toString(16).padStart(64, '0') as X25519PublicKey;
  const seen = (i: number) => {
    const remote = own.remote(name(i), new Uint8Array(32));
    own.remember(name(i), remote);
    own.dh(remote);
  };
  for (let i = 0; i < 512; i++) seen(i);
  expect([imported.length, secrets.length]).toEqual([512, 512]);
  // The first comes again, so that the second is the one to go.
  seen(0);
  seen(512);
  expect([imported.length, secrets.length]).toEqual([513, 513]);
  expect(secrets.findIndex((secret) => secret.every((byte) => byte === 0))).toBe(1);
  seen(0);
  expect(imported.length).toBe(513);
  seen(1);
  expect(imported.length).toBe(514);
});

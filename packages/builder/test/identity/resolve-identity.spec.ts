import { publicKeyOf } from '@diemnet/noise';
import { X25519PrivateKey, ZERO_PEER_ID, peerIdFromHex, peerIdFromPublicKey } from '@diemnet/types';
import { seededRng } from '@diemnet/types/testing';
import {
  InMemoryStorage,
  parseNetworkConfig,
  resolveIdentity,
  type IdentityConfig,
} from '../../src/index.js';
import { OTHER_PEER, ZERO_KEYS_PEER, ZERO_PRIVATE_KEY } from '../config/expectations.js';

/** The first key of RFC 8032, section 7.1. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
/** Its Ed25519 public key moved to the Montgomery curve: the public key of the converted private key. */
const MONTGOMERY_FORM = 'd85e07ec22b0ad881537c2f44d662d1a143cf830c57aca4305d85c7a90f6b62e';

const FROM_STORAGE: IdentityConfig = {
  type: 'from_storage',
  key_name: 'validator_network',
  peer_id_name: 'owner_account',
  backend: { type: 'in_memory_storage' },
};

describe('resolveIdentity', () => {
  it('makes a random key for none and derives the PeerId from it [C-465]', async () => {
    const one = await resolveIdentity({ type: 'none' }, { rng: seededRng(1) });
    const same = await resolveIdentity({ type: 'none' }, { rng: seededRng(1) });
    const other = await resolveIdentity({ type: 'none' });
    expect(one.peerId).toBe(peerIdFromPublicKey(one.keyPair.publicKey));
    expect(one.keyPair.publicKey).toBe(publicKeyOf(one.keyPair.privateKey));
    expect(same.peerId).toBe(one.peerId);
    expect(other.peerId).not.toBe(one.peerId);
  });

  it('derives the PeerId of a key when it is all zeros [C-466]', async () => {
    const key = X25519PrivateKey.fromHex(ZERO_PRIVATE_KEY);
    const { peerId } = await resolveIdentity({ type: 'from_config', key, peer_id: ZERO_PEER_ID });
    expect(peerId).toBe(ZERO_KEYS_PEER);
    const text = `identity: {type: from_config, key: "${ZERO_PRIVATE_KEY}", peer_id: "${ZERO_PEER_ID}"}`;
    expect(parseNetworkConfig(text).identity).toMatchObject({ peer_id: ZERO_KEYS_PEER });
  });

  it('keeps any other PeerId [C-466]', async () => {
    const text = `identity: {type: from_config, key: "${ZERO_PRIVATE_KEY}", peer_id: "${OTHER_PEER}"}`;
    const { peerId, keyPair } = await resolveIdentity(parseNetworkConfig(text).identity);
    expect(peerId).toBe(OTHER_PEER);
    expect(peerIdFromPublicKey(keyPair.publicKey)).toBe(ZERO_KEYS_PEER);
  });

  it('converts the Ed25519 key of a storage and takes the PeerId from there [C-467]', async () => {
    const inMemory = new InMemoryStorage({
      validator_network: SEED,
      owner_account: OTHER_PEER.toUpperCase(),
    });
    const { peerId, keyPair } = await resolveIdentity(FROM_STORAGE, { inMemory });
    expect(peerId).toBe(peerIdFromHex(OTHER_PEER));
    expect(keyPair.publicKey).toBe(MONTGOMERY_FORM);
  });

  it.each([
    [{ owner_account: OTHER_PEER }, 'ERR_STORAGE_KEY_NOT_SET'],
    [{ validator_network: SEED }, 'ERR_STORAGE_KEY_NOT_SET'],
    [{ validator_network: 'ab', owner_account: OTHER_PEER }, 'ERR_STORAGE_INVALID_VALUE'],
    [{ validator_network: SEED, owner_account: 'ab' }, 'ERR_STORAGE_INVALID_VALUE'],
    [{ validator_network: SEED, owner_account: { a: 1 } }, 'ERR_STORAGE_INVALID_VALUE'],
  ])('refuses a storage in which something is missing or malformed [C-467] [D-02]', async (values, code) => {
    const inMemory = new InMemoryStorage(values);
    await expect(resolveIdentity(FROM_STORAGE, { inMemory })).rejects.toMatchObject({ code });
  });
});

import { peerIdFromHex } from '@diemnet/types';
import { RecordingLogger } from '@diemnet/types/testing';
import {
  AddressKeys,
  decodeEncryptedNetworkAddressList,
  encodeEncryptedNetworkAddressList,
  MemoryAddressKeyStore,
  NetworkAddressEncryptor,
  parseNetworkAddress,
  testAddressKeys,
  type AddressKeyStore,
} from '../src/index.js';

const key = (byte: number) => new Uint8Array(32).fill(byte);
const ACCOUNT = peerIdFromHex('d4c4fb4956d899e55289083f45ac5d84');
const OTHER = peerIdFromHex('d4c4fb4956d899e55289083f45ac5d85');
const ADDRESSES = ['/ip4/10.0.0.16/tcp/80', '/dns/a/tcp/1', '/memory/7'].map(parseNetworkAddress);
const LIST = { addresses: ADDRESSES, account: ACCOUNT, seqNum: 7n };
const rejects = (code: string) => expect.objectContaining({ code }) as Error;

async function withKeys(...versions: number[]) {
  const store = new MemoryAddressKeyStore();
  const encryptor = new NetworkAddressEncryptor({ store });
  for (const version of versions) await encryptor.addKey(version, key(version));
  return { store, encryptor };
}

describe('NetworkAddressEncryptor', () => {
  it('makes a version current that it has, and no other [C-085]', async () => {
    const { encryptor, store } = await withKeys(0, 1, 4);
    await encryptor.setCurrentVersion(4);
    expect((await store.read())?.current).toBe(4);
    await expect(encryptor.setCurrentVersion(5)).rejects.toThrow(
      rejects('ERR_ADDRESS_KEY_VERSION_NOT_FOUND'),
    );
    expect((await encryptor.keys()).current).toBe(4);
    expect((await encryptor.keys()).versions).toEqual([0, 1, 4]);
  });

  it('encrypts a list for one account only [C-086]', async () => {
    const { encryptor } = await withKeys(0, 1, 4);
    await encryptor.setCurrentVersion(4);
    const bytes = await encryptor.encryptList(LIST);
    expect(decodeEncryptedNetworkAddressList(bytes).map(({ keyVersion }) => keyVersion)).toEqual([4, 4, 4]);
    await expect(encryptor.decryptWholeList({ bytes, account: ACCOUNT })).resolves.toEqual(ADDRESSES);
    await expect(encryptor.decryptWholeList({ bytes, account: OTHER })).rejects.toThrow(
      rejects('ERR_ADDRESS_DECRYPT'),
    );
    const { addresses, failures } = await encryptor.decryptList({ bytes, account: OTHER });
    expect(addresses).toEqual([]);
    expect(failures.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('decrypts with the version of the entry, not the current one [C-087]', async () => {
    const { encryptor } = await withKeys(1, 4);
    await encryptor.setCurrentVersion(1);
    const bytes = await encryptor.encryptList(LIST);
    await encryptor.setCurrentVersion(4);
    await expect(encryptor.decryptWholeList({ bytes, account: ACCOUNT })).resolves.toEqual(ADDRESSES);
  });

  it('goes on with the keys it read when the store loses them [C-088]', async () => {
    const { encryptor, store } = await withKeys(0);
    store.clear();
    const bytes = await encryptor.encryptList(LIST);
    await expect(encryptor.decryptWholeList({ bytes, account: ACCOUNT })).resolves.toEqual(ADDRESSES);
  });

  it('goes on with the keys it read when the store fails, and says so', async () => {
    let healthy = true;
    const store: AddressKeyStore = {
      read: async () => {
        if (!healthy) throw new Error('sealed');
        return testAddressKeys();
      },
      write: () => Promise.reject(new Error('read only')),
    };
    const logger = new RecordingLogger();
    const encryptor = new NetworkAddressEncryptor({ store, logger });
    await encryptor.keys();
    healthy = false;
    const bytes = await encryptor.encryptList(LIST);
    await expect(encryptor.decryptWholeList({ bytes, account: ACCOUNT })).resolves.toEqual(ADDRESSES);
    expect(logger.at('warn').length).toBe(2);
    await expect(encryptor.addKey(1, key(1))).rejects.toThrow(rejects('ERR_ADDRESS_KEY_STORE'));
    healthy = true;
    await expect(encryptor.addKey(1, key(1))).rejects.toThrow(rejects('ERR_ADDRESS_KEY_STORE'));
    expect((await encryptor.keys()).versions).toEqual([0]);
  });

  it('goes on with keys that it only ever read [C-088]', async () => {
    const { store } = await withKeys(0);
    const reader = new NetworkAddressEncryptor({ store });
    const bytes = await reader.encryptList(LIST);
    store.clear();
    await expect(reader.decryptWholeList({ bytes, account: ACCOUNT })).resolves.toEqual(ADDRESSES);
    await expect(reader.encryptList(LIST)).resolves.toEqual(bytes);
  });

  it('fails where nothing is cached and the store is empty [C-089]', async () => {
    const encryptor = new NetworkAddressEncryptor({ store: new MemoryAddressKeyStore() });
    const error = rejects('ERR_ADDRESS_KEY_STORE');
    await expect(encryptor.encryptList(LIST)).rejects.toThrow(error);
    await expect(encryptor.decryptList({ bytes: Uint8Array.of(0), account: ACCOUNT })).rejects.toThrow(error);
    await expect(encryptor.decryptWholeList({ bytes: Uint8Array.of(0), account: ACCOUNT })).rejects.toThrow(
      error,
    );
  });

  it('does not encrypt while the current version has no key', async () => {
    const { encryptor } = await withKeys(1);
    await expect(encryptor.encryptList(LIST)).rejects.toThrow(rejects('ERR_ADDRESS_KEY_VERSION_NOT_FOUND'));
  });

  it('decrypts the readable entries of a list: one of an unknown key version spoils no other [D-26]', async () => {
    const { encryptor } = await withKeys(0);
    const list = decodeEncryptedNetworkAddressList(await encryptor.encryptList(LIST));
    const bytes = encodeEncryptedNetworkAddressList(
      list.map((entry, i) => (i === 1 ? { ...entry, keyVersion: 9 } : entry)),
    );
    await expect(encryptor.decryptList({ bytes, account: ACCOUNT })).resolves.toEqual({
      addresses: [ADDRESSES[0], ADDRESSES[2]],
      failures: [{ index: 1, error: rejects('ERR_ADDRESS_KEY_VERSION_NOT_FOUND') }],
    });
  });

  it('refuses a list that is not one', async () => {
    const { encryptor } = await withKeys(0);
    await expect(encryptor.decryptList({ bytes: Uint8Array.of(1), account: ACCOUNT })).rejects.toThrow(
      rejects('ERR_ADDRESS_INVALID_BYTES'),
    );
  });

  it('gives up with the reason of its signal', async () => {
    const store: AddressKeyStore = {
      read: ({ signal } = {}) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('late')))),
      write: () => Promise.resolve(),
    };
    const encryptor = new NetworkAddressEncryptor({ store });
    const controller = new AbortController();
    const reading = encryptor.keys({ signal: controller.signal });
    controller.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow('stopped');
    expect(new AddressKeys().current).toBe(0);
  });
});

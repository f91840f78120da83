import { AddressKeys, NetworkAddressEncryptor, parseNetworkAddress } from '@diemnet/network-address';
import { hexToBytes, peerIdFromHex } from '@diemnet/types';
import { InMemoryStorage, openAddressKeyStore } from '../../src/index.js';
import { HttpDouble } from './http-double.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const ENTRY = { keys: { 1: Buffer.from(KEY).toString('base64') }, current: 1 };
const IN_MEMORY = { type: 'in_memory_storage' } as const;

describe('address key store', () => {
  it('has the test key when no backend is configured', async () => {
    const keys = await openAddressKeyStore(undefined).read();
    expect(keys?.current).toBe(0);
    expect(keys?.expose(0)).toEqual(new Uint8Array(32));
  });

  it('reads the shared keys of a storage', async () => {
    const inMemory = new InMemoryStorage({ validator_network_address_keys: ENTRY });
    const keys = await openAddressKeyStore(IN_MEMORY, { inMemory }).read();
    expect(keys?.expose(1)).toEqual(KEY);
  });

  it('decrypts what validators publish with them', async () => {
    const inMemory = new InMemoryStorage({ validator_network_address_keys: ENTRY });
    const encryptor = new NetworkAddressEncryptor({ store: openAddressKeyStore(IN_MEMORY, { inMemory }) });
    const account = peerIdFromHex('d4c4fb4956d899e55289083f45ac5d84');
    const bytes = hexToBytes(
      '01010000000500000000000000' + '1ab3fc10b42afccff532ab22e6a7088c41a1072928f011a0134e10',
    );
    const { addresses } = await encryptor.decryptList({ bytes, account });
    expect(addresses).toEqual([parseNetworkAddress('/ip4/10.0.0.16/tcp/80')]);
  });

  it('tells no entry from a storage that fails and from an entry that is malformed', async () => {
    await expect(openAddressKeyStore(IN_MEMORY).read()).resolves.toBeUndefined();
    const http = new HttpDouble();
    http.status = 500;
    const vault = { type: 'vault', server: 'http://v', token: { from_config: 't' } } as const;
    await expect(openAddressKeyStore(vault, { http: http.client }).read()).rejects.toMatchObject({
      code: 'ERR_STORAGE_UNAVAILABLE',
    });
    const inMemory = new InMemoryStorage({ validator_network_address_keys: { current: 'x' } });
    await expect(openAddressKeyStore(IN_MEMORY, { inMemory }).read()).rejects.toMatchObject({
      code: 'ERR_ADDRESS_INVALID_KEY_STORE_ENTRY',
    });
  });

  it('writes where that is possible', async () => {
    const inMemory = new InMemoryStorage();
    await openAddressKeyStore(IN_MEMORY, { inMemory }).write(new AddressKeys([[1, KEY]], 1));
    await expect(inMemory.get('validator_network_address_keys')).resolves.toEqual(ENTRY);
    const http = new HttpDouble();
    const vault = { type: 'vault', server: 'http://v', token: { from_config: 't' } } as const;
    await expect(
      openAddressKeyStore(vault, { http: http.client }).write(new AddressKeys([[1, KEY]], 1)),
    ).rejects.toMatchObject({ code: 'ERR_STORAGE_PERMISSION' });
  });
});

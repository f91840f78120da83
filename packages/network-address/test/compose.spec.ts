import { publicKeyFromHex } from '@diemnet/types';
import {
  appendProductionProtocols,
  findIpAddress,
  ipTcpAddress,
  memoryAddress,
  noiseKeysOf,
  parseNetworkAddress as at,
  rotateNoiseKey,
} from '../src/index.js';

const KEY = publicKeyFromHex('08'.repeat(32));
const OTHER = publicKeyFromHex('09'.repeat(32));
const NEW = publicKeyFromHex('0a'.repeat(32));

describe('composing addresses', () => {
  it('appends key and handshake version [C-076]', () => {
    const address = at('/dns/example.com/tcp/6180');
    expect(appendProductionProtocols(address, KEY)).toBe(
      `/dns/example.com/tcp/6180/ln-noise-ik/${KEY}/ln-handshake/0`,
    );
    expect(appendProductionProtocols(address, KEY, 3)).toMatch(/ln-handshake\/3$/);
    expect(() => appendProductionProtocols(address, KEY, 256)).toThrow(
      expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_NUMBER' }),
    );
  });

  it('finds the first IP [C-077]', () => {
    expect(findIpAddress(at('/ip4/1.2.3.4/tcp/1/ip6/::1'))).toBe('1.2.3.4');
    expect(findIpAddress(at('/tcp/1/ip6/::1/ip4/1.2.3.4'))).toBe('::1');
    expect(findIpAddress(at('/dns/1.2.3.4/tcp/1'))).toBeUndefined();
  });

  it('replaces the old key and leaves others [C-078]', () => {
    const both = at(`/memory/1/ln-noise-ik/${KEY}/ln-noise-ik/${OTHER}/ln-handshake/0`);
    expect(rotateNoiseKey(both, KEY, NEW)).toBe(
      `/memory/1/ln-noise-ik/${NEW}/ln-noise-ik/${OTHER}/ln-handshake/0`,
    );
    const other = at(`/memory/1/ln-noise-ik/${OTHER}`);
    expect(rotateNoiseKey(other, KEY, NEW)).toBe(other);
  });

  it('lists the keys inside', () => {
    expect(noiseKeysOf(at(`/ln-noise-ik/${KEY}/tcp/1/ln-noise-ik/${OTHER}`))).toEqual([KEY, OTHER]);
    expect(noiseKeysOf(at('/tcp/1'))).toEqual([]);
  });

  it('names the end of a socket', () => {
    expect(ipTcpAddress('10.0.0.16', 80)).toBe('/ip4/10.0.0.16/tcp/80');
    expect(ipTcpAddress('::FFFF:10.0.0.16', 80)).toBe('/ip6/::ffff:10.0.0.16/tcp/80');
    expect(ipTcpAddress('fe80::1%eth0', 80)).toBe('/ip6/fe80::1/tcp/80');
    expect(memoryAddress(7)).toBe('/memory/7');
    for (const ip of ['', '%eth0', 'localhost', '1.2.3.4/tcp/1', '::1/tcp/2']) {
      expect(() => ipTcpAddress(ip, 80)).toThrow(expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_IP' }));
    }
    expect(() => ipTcpAddress('1.2.3.4', 65536)).toThrow(
      expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_NUMBER' }),
    );
  });
});

import fc from 'fast-check';
import { errorCode } from '@diemnet/types';
import {
  addressProtocols,
  formatNetworkAddress,
  NetworkAddressError,
  parseNetworkAddress,
  type Protocol,
} from '../src/index.js';
import { arbitraryProtocols } from './arbitraries.js';
import { vectors, type AddressVectors } from './vectors.js';

const KEY = '080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a487120';

const codeOf = (text: string) => {
  try {
    parseNetworkAddress(text);
    return 'accepted';
  } catch (error) {
    expect(error).toBeInstanceOf(NetworkAddressError);
    return errorCode(error);
  }
};

const CODE_OF_REASON: Record<string, string> = {
  unknown_protocol: 'ERR_ADDRESS_UNKNOWN_PROTOCOL',
  no_leading_slash: 'ERR_ADDRESS_NO_LEADING_SLASH',
  unexpected_end: 'ERR_ADDRESS_UNEXPECTED_END',
  bad_int: 'ERR_ADDRESS_INVALID_NUMBER',
  bad_ip4: 'ERR_ADDRESS_INVALID_IP',
  bad_ip6: 'ERR_ADDRESS_INVALID_IP',
  bad_pubkey: 'ERR_ADDRESS_INVALID_KEY',
  dns_empty: 'ERR_ADDRESS_EMPTY_DNS_NAME',
  dns_too_long: 'ERR_ADDRESS_DNS_NAME_TOO_LONG',
};

describe('address text', () => {
  it('prints a memory address with a handshake [C-056]', () => {
    const text = formatNetworkAddress([
      { type: 'memory', value: 1234 },
      { type: 'ln-handshake', value: 0 },
    ]);
    expect(text).toBe('/memory/1234/ln-handshake/0');
  });

  it('parses addresses into their protocols [C-057]', () => {
    const expected: [string, Protocol[]][] = [
      [
        '/memory/1234/ln-handshake/0',
        [
          { type: 'memory', value: 1234 },
          { type: 'ln-handshake', value: 0 },
        ],
      ],
      [
        '/ip4/12.34.56.78/tcp/1234/ln-handshake/123',
        [
          { type: 'ip4', value: '12.34.56.78' },
          { type: 'tcp', value: 1234 },
          { type: 'ln-handshake', value: 123 },
        ],
      ],
      [
        '/ip6/::1/tcp/0',
        [
          { type: 'ip6', value: '::1' },
          { type: 'tcp', value: 0 },
        ],
      ],
      [
        '/ip6/dead:beef::c0de/tcp/8080',
        [
          { type: 'ip6', value: 'dead:beef::c0de' },
          { type: 'tcp', value: 8080 },
        ],
      ],
      [
        '/dns/example.com/tcp/80',
        [
          { type: 'dns', value: 'example.com' },
          { type: 'tcp', value: 80 },
        ],
      ],
      [
        `/dns/example.com/tcp/1234/ln-noise-ik/${KEY}/ln-handshake/5`,
        [
          { type: 'dns', value: 'example.com' },
          { type: 'tcp', value: 1234 },
          { type: 'ln-noise-ik', value: KEY } as Protocol,
          { type: 'ln-handshake', value: 5 },
        ],
      ],
    ];
    for (const [text, protocols] of expected) {
      expect(addressProtocols(parseNetworkAddress(text))).toEqual(protocols);
    }
  });

  it('refuses text that is not an address [C-058]', () => {
    expect(codeOf('')).toBe('ERR_ADDRESS_EMPTY_TEXT');
    for (const text of ['/', '/foobar', '/tcp/1234/', '/tcp/1234/foobar/5']) {
      expect([text, codeOf(text)]).toEqual([text, 'ERR_ADDRESS_UNKNOWN_PROTOCOL']);
    }
    expect(codeOf('/tcp')).toBe('ERR_ADDRESS_UNEXPECTED_END');
    expect(codeOf('tcp/1234')).toBe('ERR_ADDRESS_NO_LEADING_SLASH');
    expect(codeOf('/tcp/99999')).toBe('ERR_ADDRESS_INVALID_NUMBER');
    for (const text of ['/ip4/1.1.1', '/ip4/1.1.1.1.', '/ip4/1.1.1.1.1', '/ip4/1.1.1.999.1']) {
      expect([text, codeOf(text)]).toEqual([text, 'ERR_ADDRESS_INVALID_IP']);
    }
  });

  it('names the kind of a bad key, version or DNS name [C-059]', () => {
    expect(codeOf(`/ln-noise-ik/${KEY.slice(1)}`)).toBe('ERR_ADDRESS_INVALID_KEY');
    expect(codeOf(`/ln-noise-ik/${KEY}0`)).toBe('ERR_ADDRESS_INVALID_KEY');
    expect(codeOf('/ln-handshake/256')).toBe('ERR_ADDRESS_INVALID_NUMBER');
    expect(codeOf('/dns//tcp/80')).toBe('ERR_ADDRESS_EMPTY_DNS_NAME');
    expect(codeOf(`/dns/${'a'.repeat(255)}`)).toBe('accepted');
    expect(codeOf(`/dns/${'a'.repeat(256)}`)).toBe('ERR_ADDRESS_DNS_NAME_TOO_LONG');
    expect(codeOf(`/dns/${'é'.repeat(128)}`)).toBe('ERR_ADDRESS_DNS_NAME_TOO_LONG');
    expect(codeOf('/dns/\ud800')).toBe('ERR_ADDRESS_INVALID_DNS_NAME');
  });

  it('prints a key in lower case [C-060]', () => {
    expect(parseNetworkAddress(`/ln-noise-ik/${KEY.toUpperCase()}`)).toBe(`/ln-noise-ik/${KEY}`);
  });

  it('parses what it prints into the same protocols [C-061]', () => {
    fc.assert(
      fc.property(arbitraryProtocols(), (protocols) => {
        const address = formatNetworkAddress(protocols);
        expect(parseNetworkAddress(address)).toBe(address);
        expect(addressProtocols(address)).toEqual(protocols);
      }),
    );
  });

  it('is its text in JSON [C-067]', () => {
    const address = parseNetworkAddress('/ip6/0:0::1/tcp/80');
    expect(JSON.stringify({ address })).toBe('{"address":"/ip6/::1/tcp/80"}');
    expect(
      parseNetworkAddress((JSON.parse(JSON.stringify({ address })) as { address: string }).address),
    ).toBe(address);
  });

  it('refuses leading zeros and signs in numbers and octets', () => {
    expect(codeOf('/tcp/080')).toBe('ERR_ADDRESS_INVALID_NUMBER');
    expect(codeOf('/tcp/+80')).toBe('ERR_ADDRESS_INVALID_NUMBER');
    expect(codeOf('/ip4/1.2.3.04')).toBe('ERR_ADDRESS_INVALID_IP');
  });

  it('checks the values of protocols that a program made', () => {
    expect(() => formatNetworkAddress([])).toThrow(expect.objectContaining({ code: 'ERR_ADDRESS_EMPTY' }));
    for (const value of [-1, 1.5, 65536, Number.NaN, 1e21]) {
      expect(() => formatNetworkAddress([{ type: 'tcp', value }])).toThrow(
        expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_NUMBER' }),
      );
    }
    expect(() => formatNetworkAddress([{ type: 'dns', value: 'a/b' }])).toThrow(
      expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_DNS_NAME' }),
    );
  });

  it('never shows a key in a message', () => {
    expect.assertions(1);
    try {
      parseNetworkAddress(`/ip4/1.2.3.4/tcp/80/ln-noise-ik/${KEY}ff/ln-handshake/0`);
    } catch (error) {
      expect(String(error)).not.toContain(KEY.slice(0, 16));
    }
  });

  describe('vectors', () => {
    const { valid, invalid_text } = vectors<AddressVectors>('network_address');

    it.each(valid.map((vector) => [vector.text, vector] as const))('parses %s', (_, vector) => {
      if (vector.lenient && codeOf(vector.text) !== 'accepted') return;
      const address = parseNetworkAddress(vector.text);
      if (!vector.canonical_lenient) expect(address).toBe(vector.text_canonical);
      expect(parseNetworkAddress(vector.text_canonical)).toBe(address);
      const protocols = addressProtocols(address).map(({ type, value }) => ({ type, value: String(value) }));
      if (!vector.canonical_lenient) expect(protocols).toEqual(vector.protocols);
    });

    it.each(invalid_text.map(({ text, reason }) => [text, reason]))('refuses %j: %s', (text, reason) => {
      expect(codeOf(text)).toBe(CODE_OF_REASON[reason]);
    });
  });
});

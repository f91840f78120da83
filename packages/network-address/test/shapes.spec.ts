import fc from 'fast-check';
import { publicKeyFromHex } from '@diemnet/types';
import {
  addressProtocols,
  formatNetworkAddress,
  isDiemNetAddress,
  parseBase,
  parseDialAddress,
  parseDnsTcp,
  parseHandshake,
  parseIpTcp,
  parseListenAddress,
  parseMemory,
  parseNetworkAddress,
  parseNoiseIk,
} from '../src/index.js';
import { arbitraryKey, arbitraryProtocol } from './arbitraries.js';
import { vectors, type AddressVectors } from './vectors.js';

const KEY = publicKeyFromHex('080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a487120');
const at = parseNetworkAddress;
const rest = (text: string) => (text === '' ? [] : [...addressProtocols(at(text))]);
const BASES = ['/ip4/1.2.3.4/tcp/80', '/ip6/::1/tcp/80', '/dns/a/tcp/1', '/dns4/a/tcp/1', '/dns6/a/tcp/1'];
const UPPER = `/ln-noise-ik/${KEY}/ln-handshake/0`;

describe('prefixes', () => {
  it('recognizes memory in front only [C-068]', () => {
    expect(parseMemory(at('/memory/123'))).toEqual({ port: 123, rest: [] });
    expect(parseMemory(at('/memory/123/tcp/999'))).toEqual({ port: 123, rest: rest('/tcp/999') });
    expect(parseMemory(at('/tcp/999/memory/123'))).toBeUndefined();
  });

  it('recognizes an IP and a TCP port in front only [C-069]', () => {
    expect(parseIpTcp(at('/ip4/1.2.3.4/tcp/80'))).toEqual({ ip: '1.2.3.4', family: 4, port: 80, rest: [] });
    expect(parseIpTcp(at('/ip6/::1/tcp/80'))).toEqual({ ip: '::1', family: 6, port: 80, rest: [] });
    expect(parseIpTcp(at(`/ip6/::1/tcp/80${UPPER}`))).toEqual({
      ip: '::1',
      family: 6,
      port: 80,
      rest: rest(UPPER),
    });
    expect(parseIpTcp(at('/tcp/80/ip4/1.2.3.4'))).toBeUndefined();
    expect(parseIpTcp(at('/ip4/1.2.3.4'))).toBeUndefined();
    expect(parseIpTcp(at('/dns/a/tcp/80'))).toBeUndefined();
  });

  it('recognizes a DNS name and a TCP port in front only [C-070]', () => {
    expect(parseDnsTcp(at('/dns/a.b/tcp/80'))).toEqual({ name: 'a.b', filter: 'any', port: 80, rest: [] });
    expect(parseDnsTcp(at('/dns4/a.b/tcp/80'))).toEqual({ name: 'a.b', filter: 'ip4', port: 80, rest: [] });
    expect(parseDnsTcp(at(`/dns6/a.b/tcp/80${UPPER}`))).toEqual({
      name: 'a.b',
      filter: 'ip6',
      port: 80,
      rest: rest(UPPER),
    });
    expect(parseDnsTcp(at('/tcp/80/dns/a.b'))).toBeUndefined();
    expect(parseDnsTcp(at('/ip4/1.2.3.4/tcp/80'))).toBeUndefined();
  });

  it('recognizes a key in front only [C-071]', () => {
    expect(parseNoiseIk(at(`/ln-noise-ik/${KEY}`))).toEqual({ publicKey: KEY, rest: [] });
    expect(parseNoiseIk(at(`/ln-noise-ik/${KEY}/tcp/999`))).toEqual({
      publicKey: KEY,
      rest: rest('/tcp/999'),
    });
    expect(parseNoiseIk(at(`/tcp/999/ln-noise-ik/${KEY}`))).toBeUndefined();
  });

  it('recognizes a handshake version in front only [C-072]', () => {
    expect(parseHandshake(at('/ln-handshake/5'))).toEqual({ version: 5, rest: [] });
    expect(parseHandshake(at('/ln-handshake/5/tcp/999'))).toEqual({ version: 5, rest: rest('/tcp/999') });
    expect(parseHandshake(at('/tcp/999/ln-handshake/5'))).toBeUndefined();
    expect(parseHandshake([])).toBeUndefined();
  });

  it('recognizes any base in front', () => {
    expect(parseBase(at('/dns4/a/tcp/1/memory/2'))).toEqual({
      base: { kind: 'dns', name: 'a', filter: 'ip4', port: 1 },
      rest: rest('/memory/2'),
    });
    expect(parseBase(at('/tcp/1'))).toBeUndefined();
  });
});

describe('DiemNet addresses', () => {
  it('have an IP or DNS base, a key and a handshake version [C-073]', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BASES), arbitraryKey(), fc.nat(255), (base, key, version) => {
        expect(isDiemNetAddress(at(`${base}/ln-noise-ik/${key}/ln-handshake/${version}`))).toBe(true);
      }),
    );
  });

  it('have nothing after it [C-074]', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BASES), arbitraryProtocol(), (base, surplus) => {
        const address = formatNetworkAddress([...rest(`${base}${UPPER}`), surplus]);
        expect(isDiemNetAddress(address)).toBe(false);
        expect(isDiemNetAddress(address, { allowMemory: true })).toBe(false);
      }),
    );
  });

  it('have no memory base in production [C-075]', () => {
    expect(isDiemNetAddress(at(`/memory/1${UPPER}`))).toBe(false);
    expect(isDiemNetAddress(at(`/memory/1${UPPER}`), { allowMemory: true })).toBe(true);
  });

  const judged = vectors<AddressVectors>('network_address').valid.filter(
    (vector) => vector.is_diemnet_addr !== null && !vector.lenient,
  );
  it.each(judged.map((vector) => [vector.text, vector.is_diemnet_addr]))('%s: %s', (text, expected) => {
    expect(isDiemNetAddress(at(text as string))).toBe(expected);
  });
});

describe('listen addresses', () => {
  it('are TCP by IP, or memory', () => {
    expect(parseListenAddress(at('/ip4/0.0.0.0/tcp/6180'))).toEqual({
      kind: 'ip',
      ip: '0.0.0.0',
      family: 4,
      port: 6180,
    });
    expect(parseListenAddress(at('/memory/7'))).toEqual({ kind: 'memory', port: 7 });
  });

  it.each(['/dns/a/tcp/1', '/ip4/1.2.3.4', `/ip4/1.2.3.4/tcp/1${UPPER}`, '/memory/1/tcp/2', '/tcp/1'])(
    'are not %s',
    (text) => {
      expect(() => parseListenAddress(at(text))).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ADDRESS_SHAPE' }),
      );
    },
  );
});

describe('dial addresses', () => {
  it.each([...BASES, '/memory/9'])('come apart: %s', (base) => {
    expect(parseDialAddress(at(`${base}/ln-noise-ik/${KEY}/ln-handshake/7`))).toEqual({
      base,
      publicKey: KEY,
      handshakeVersion: 7,
    });
  });

  it.each([
    '/ip4/1.2.3.4/tcp/1',
    `/ip4/1.2.3.4/tcp/1/ln-noise-ik/${KEY}`,
    `/ip4/1.2.3.4/tcp/1/ln-handshake/0/ln-noise-ik/${KEY}`,
    `/ip4/1.2.3.4${UPPER}`,
    `/ip4/1.2.3.4/tcp/1${UPPER}/tcp/2`,
    `/tcp/1${UPPER}`,
  ])('are not %s', (text) => {
    expect(() => parseDialAddress(at(text))).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ADDRESS_SHAPE',
        message: expect.not.stringContaining(KEY) as string,
      }),
    );
  });
});

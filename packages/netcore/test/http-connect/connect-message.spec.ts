import fc from 'fast-check';
import { NetcoreError } from '../../src/index.js';
import {
  encodeConnectRequest,
  findConnectResponseEnd,
  MAX_CONNECT_RESPONSE_BYTES,
} from '../../src/http-connect/connect-message.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (request: Uint8Array) => new TextDecoder().decode(request);
const throwing = (code: string) => expect.objectContaining({ code });

describe('encodeConnectRequest', () => {
  it('asks for the target as it is named', () => {
    expect(text(encodeConnectRequest({ kind: 'ip', ip: '192.0.2.1', family: 4, port: 6180 }))).toBe(
      'CONNECT 192.0.2.1:6180 HTTP/1.0\r\n\r\n',
    );
    expect(text(encodeConnectRequest({ kind: 'dns', name: 'a.example', filter: 'ip4', port: 1 }))).toBe(
      'CONNECT a.example:1 HTTP/1.0\r\n\r\n',
    );
  });

  it('puts IPv6 in brackets [D-41]', () => {
    expect(text(encodeConnectRequest({ kind: 'ip', ip: '2001:db8::1', family: 6, port: 6180 }))).toBe(
      'CONNECT [2001:db8::1]:6180 HTTP/1.0\r\n\r\n',
    );
  });

  it.each(['a\r\nHost: b', 'a b', 'é.example', 'a\u0000'])('refuses the name %j', (name) => {
    expect(() => encodeConnectRequest({ kind: 'dns', name, filter: 'any', port: 1 })).toThrow(
      throwing('ERR_UNSUPPORTED_ADDRESS'),
    );
  });
});

describe('findConnectResponseEnd', () => {
  const header = 'HTTP/1.1 200 Connection established\r\nVia: p\r\n\r\n';

  it('finds the end of the header, whatever follows [D-41]', () => {
    expect(findConnectResponseEnd(bytes(header))).toBe(header.length);
    expect(findConnectResponseEnd(bytes(`${header}surplus\r\n\r\n`))).toBe(header.length);
    expect(findConnectResponseEnd(bytes('HTTP/1.0 200\r\n\r\n'))).toBe(16);
  });

  it('finds it however the answer arrives', () => {
    const all = bytes(`${header}surplus`);
    for (let cut = 0; cut < header.length; cut++) {
      expect(findConnectResponseEnd(all.subarray(0, cut))).toBeUndefined();
      expect(findConnectResponseEnd(all, cut)).toBe(header.length);
    }
  });

  it('refuses any status but 200 [C-044]', () => {
    for (const status of ['407 Who are you', '301 Elsewhere', '201 Created', '502 ']) {
      expect(() => findConnectResponseEnd(bytes(`HTTP/1.1 ${status}\r\n\r\n`))).toThrow(
        expect.objectContaining({
          code: 'ERR_HTTP_PROXY_REFUSED',
          details: { status: Number(status.slice(0, 3)) },
        }),
      );
    }
  });

  it.each(['SSH-2.0-OpenSSH_9.6\r\n', 'HTTP/2 200 OK\r\n\r\n', 'HTTP/1.1 abc\r\n\r\n'])(
    'refuses %j [C-044]',
    (answer) => {
      expect(() => findConnectResponseEnd(bytes(answer))).toThrow(throwing('ERR_HTTP_PROXY_RESPONSE'));
    },
  );

  it('reads up to 4096 bytes of header and no more [C-044]', () => {
    const start = 'HTTP/1.1 200 OK\r\nX: ';
    const fits = start.padEnd(MAX_CONNECT_RESPONSE_BYTES - 4, 'x') + '\r\n\r\n';
    expect(findConnectResponseEnd(bytes(fits))).toBe(MAX_CONNECT_RESPONSE_BYTES);
    expect(findConnectResponseEnd(bytes(fits.slice(0, -1)))).toBeUndefined();
    const tooLong = start.padEnd(MAX_CONNECT_RESPONSE_BYTES - 3, 'x') + '\r\n\r\n';
    expect(() => findConnectResponseEnd(bytes(tooLong))).toThrow(throwing('ERR_HTTP_PROXY_RESPONSE'));
  });

  it('answers or refuses whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => {
        try {
          findConnectResponseEnd(Uint8Array.of(...bytes('HTTP/1.1 200'), ...tail));
        } catch (error) {
          expect(error).toBeInstanceOf(NetcoreError);
        }
      }),
    );
  });
});

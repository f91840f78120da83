import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { bytesToHex, hexToBytes } from '@diemnet/types';
import { NetcoreError, parseProxyHeader } from '../src/index.js';

interface Valid {
  readonly name: string;
  readonly bytes_hex: string;
  readonly consumed: number;
  readonly result: string | null;
  readonly result_or?: string | null;
}

interface Invalid {
  readonly name: string;
  readonly bytes_hex: string;
  readonly reason: string;
}

const vectors = JSON.parse(readFileSync(join(__dirname, 'fixtures/vectors/proxy_v2.json'), 'utf8')) as {
  valid: Valid[];
  invalid: Invalid[];
};

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const CODES: Readonly<Record<string, string>> = {
  signature: 'ERR_PROXY_HEADER_SIGNATURE',
  version_command: 'ERR_PROXY_HEADER_VERSION',
  family: 'ERR_PROXY_HEADER_FAMILY',
  size: 'ERR_PROXY_HEADER_TOO_SHORT',
};

const header = (rest: string) => hexToBytes(SIGNATURE + rest);
const parse = (rest: string) => parseProxyHeader(header(rest));
const throwing = (code: string) => expect.objectContaining({ code });

describe('parseProxyHeader', () => {
  it.each(vectors.valid)('accepts the vector $name', ({ bytes_hex, consumed, result, result_or }) => {
    const parsed = parseProxyHeader(hexToBytes(bytes_hex));
    expect(parsed?.byteLength).toBe(consumed);
    // Where the reference believes a LOCAL header, the better result counts.
    expect(parsed?.source?.address ?? null).toBe(result_or === undefined ? result : result_or);
  });

  it.each(vectors.invalid)('refuses the vector $name', ({ bytes_hex, reason }) => {
    const bytes = hexToBytes(bytes_hex);
    if (reason === 'short') expect(parseProxyHeader(bytes)).toBeUndefined();
    else expect(() => parseProxyHeader(bytes)).toThrow(throwing(CODES[reason] as string));
  });

  it('never answers early: every proper prefix of a valid header is incomplete', () => {
    for (const { bytes_hex, consumed } of vectors.valid) {
      const bytes = hexToBytes(bytes_hex);
      for (let length = 0; length < consumed; length++) {
        expect(parseProxyHeader(bytes.subarray(0, length))).toBeUndefined();
      }
      expect(parseProxyHeader(bytes.subarray(0, consumed))).toEqual(parseProxyHeader(bytes));
    }
  });

  it('takes the source of TCP over IPv4 [C-045]', () => {
    expect(parse('2111000cc0000201c6336402dc041824ffff')).toEqual({
      byteLength: 28,
      source: { address: '/ip4/192.0.2.1/tcp/56324', ip: '192.0.2.1' },
    });
  });

  it('takes the source of TCP over IPv6 [C-046]', () => {
    const [from, to] = ['20010db8000000000000000000000001', '20010db8000000000000000000000002'];
    expect(parse(`21210024${from}${to}dc041824ffff`)).toEqual({
      byteLength: 52,
      source: { address: '/ip6/2001:db8::1/tcp/56324', ip: '2001:db8::1' },
    });
  });

  it('counts an IPv4-mapped source as the IPv4 address that it is', () => {
    const mapped = '00000000000000000000ffffc0000201';
    expect(parse(`21210024${mapped}${mapped}00010002`)?.source?.ip).toBe('192.0.2.1');
  });

  it.each(['00', '12', '22', '31', '32'])("keeps the socket's address for family %s [C-047]", (family) => {
    expect(parse(`21${family}000c${'01'.repeat(12)}ffff`)).toEqual({ byteLength: 28, source: undefined });
  });

  it('refuses another signature at its first wrong byte [C-048]', () => {
    for (let i = 0; i < 12; i++) {
      const bytes = header('');
      bytes[i] = (bytes[i] as number) ^ 0x80;
      expect(() => parseProxyHeader(bytes.subarray(0, i + 1))).toThrow(
        throwing('ERR_PROXY_HEADER_SIGNATURE'),
      );
    }
  });

  it.each(['00', '22'])('refuses version and command %s [C-049]', (byte) => {
    expect(() => parse(`${byte}11000c${'01'.repeat(12)}`)).toThrow(throwing('ERR_PROXY_HEADER_VERSION'));
  });

  it('refuses an unknown family [C-050]', () => {
    expect(() => parse(`2155000c${'01'.repeat(12)}`)).toThrow(throwing('ERR_PROXY_HEADER_FAMILY'));
  });

  it.each(['11', '21'])('refuses family %s without addresses [C-051]', (family) => {
    expect(() => parse(`21${family}0000`)).toThrow(throwing('ERR_PROXY_HEADER_TOO_SHORT'));
  });

  it('skips TLVs behind the addresses [C-052]', () => {
    expect(parse(`2111000fc0000201c6336402dc041824040000ffff`)).toEqual({
      byteLength: 31,
      source: { address: '/ip4/192.0.2.1/tcp/56324', ip: '192.0.2.1' },
    });
  });

  it("keeps the socket's address for LOCAL without addresses [C-053]", () => {
    expect(parse('20000000ffff')).toEqual({ byteLength: 16, source: undefined });
  });

  it("keeps the socket's address for LOCAL whatever family and length say [C-054] [D-42]", () => {
    for (const family of ['00', '11', '21', '31', '55']) {
      for (const length of [0, 5, 12, 40]) {
        const body = '01'.repeat(length);
        const parsed = parse(`20${family}00${length.toString(16).padStart(2, '0')}${body}ffff`);
        expect(parsed).toEqual({ byteLength: 16 + length, source: undefined });
      }
    }
  });

  it('refuses a header above the limit as soon as it says so [D-42]', () => {
    expect(() => parse('21000801')).toThrow(throwing('ERR_PROXY_HEADER_TOO_LONG'));
    expect(() => parse('2000ffff')).toThrow(throwing('ERR_PROXY_HEADER_TOO_LONG'));
    expect(parse('21000800')).toBeUndefined();
    expect(parseProxyHeader(header('2100ffff'), { maxHeaderBytes: 65_535 })).toBeUndefined();
  });

  it('answers or refuses whatever the bytes are, and never fails in another way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, signed) => {
        const input = signed ? header(bytesToHex(bytes)) : bytes;
        try {
          const parsed = parseProxyHeader(input);
          if (parsed !== undefined) expect(parsed.byteLength).toBeLessThanOrEqual(input.length);
        } catch (error) {
          expect(error).toBeInstanceOf(NetcoreError);
        }
      }),
    );
  });
});

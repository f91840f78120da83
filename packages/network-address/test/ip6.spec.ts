import fc from 'fast-check';
import { isIPv6 } from 'node:net';
import { formatIp6, parseIp6 } from '../src/index.js';
import { arbitraryIp6Bytes } from './arbitraries.js';

describe('IPv6 text', () => {
  it('reads back what it prints', () => {
    fc.assert(
      fc.property(arbitraryIp6Bytes(), (bytes) => {
        const text = formatIp6(bytes);
        expect(parseIp6(text)).toEqual(bytes);
        expect(isIPv6(text)).toBe(true);
      }),
    );
  });

  it('accepts exactly what Node accepts, zones aside', () => {
    const piece = fc.oneof(
      fc.constantFrom('', ':', '::', '1.2.3.4', '0', '00ff', '12345', 'g', '.', '256'),
      fc.nat(0xffff).map((group) => group.toString(16)),
    );
    const text = fc
      .tuple(fc.array(piece, { maxLength: 10 }), fc.constantFrom(':', ':', ''))
      .map(([pieces, joint]) => pieces.join(joint));
    fc.assert(
      fc.property(text, (candidate) => {
        let accepted = true;
        try {
          parseIp6(candidate);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_ADDRESS_INVALID_IP' });
          accepted = false;
        }
        expect([candidate, accepted]).toEqual([candidate, isIPv6(candidate)]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['0:0:0:0:0:0:0:2', '::0.0.0.2'],
    ['::ffff:0:0', '::ffff:0.0.0.0'],
    ['::FFFF:0a00:10', '::ffff:10.0.0.16'],
    ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
    ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0'],
    ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
    ['0:0:3:4:5:6:7:8', '::3:4:5:6:7:8'],
    ['::1:0:0:0:1', '::1:0:0:0:1'],
    ['0:0:0:0:1:0:0:0', '::1:0:0:0'],
  ])('prints %s as %s', (text, printed) => {
    expect(formatIp6(parseIp6(text))).toBe(printed);
  });

  it('looks only at its own view', () => {
    const surrounded = Uint8Array.from({ length: 18 }, () => 0xff);
    surrounded.set(parseIp6('::1'), 1);
    expect(formatIp6(surrounded.subarray(1, 17))).toBe('::1');
  });
});

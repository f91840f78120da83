import fc from 'fast-check';
import { bytesEqual, bytesToHex, hexToBytes } from '../src/index.js';
import { codeOf } from './code-of.js';

it('writes lower case and reads either case', () => {
  expect(bytesToHex(Uint8Array.of(0, 10, 255))).toBe('000aff');
  expect(hexToBytes('000AfF')).toEqual(Uint8Array.of(0, 10, 255));
  expect(hexToBytes('')).toEqual(new Uint8Array(0));
});

it('reads what it wrote', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes)));
});

it.each(['0', '0x00', 'gg', '0 ', ' 0', '00\n', '\u0660\u0660', '0\u0100', '@0', 'a`'])(
  'refuses %j',
  (text) => {
    expect(codeOf(() => hexToBytes(text))).toBe('ERR_INVALID_HEX');
  },
);

it('refuses what is not a text', () => {
  for (const value of [undefined, null, 12, ['00']]) {
    expect(codeOf(() => hexToBytes(value as never))).toBe('ERR_INVALID_HEX');
  }
});

it('reads texts of many megabytes', () => {
  const text = 'ab'.repeat(8_000_000);
  expect(hexToBytes(text)).toHaveLength(8_000_000);
  expect(codeOf(() => hexToBytes(`${text}zz`))).toBe('ERR_INVALID_HEX');
});

it('compares bytes', () => {
  expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
});

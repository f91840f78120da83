import { TypesError } from './errors.js';

const CODE_OF_NIBBLE = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** Keys and ids are at most this long. */
const SHORT_BYTES = 64;
/** The digits of a text under way: made of them at once it is one string, and not a chain of one piece per byte. */
const CODES = new Uint8Array(2 * SHORT_BYTES);
const NOT_HEX = 0xff;
/** Value of each hexadecimal digit by its character code. */
const NIBBLE_OF_CODE = (() => {
  const table = new Uint8Array(128).fill(NOT_HEX);
  for (let nibble = 0; nibble < 16; nibble++) {
    const digit = nibble.toString(16);
    table[digit.charCodeAt(0)] = nibble;
    table[digit.toUpperCase().charCodeAt(0)] = nibble;
  }
  return table;
})();

/** Lower-case hex of `bytes`. */
export function bytesToHex(bytes: Uint8Array): string {
  if (bytes.length <= SHORT_BYTES) {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      CODES[2 * i] = CODE_OF_NIBBLE[byte >> 4] as number;
      CODES[2 * i + 1] = CODE_OF_NIBBLE[byte & 15] as number;
    }
    return String.fromCharCode.apply(undefined, CODES.subarray(0, 2 * bytes.length) as never);
  }
  const middle = bytes.length >> 1;
  return bytesToHex(bytes.subarray(0, middle)) + bytesToHex(bytes.subarray(middle));
}

/**
 * Bytes of a hex text in either case.
 * @throws TypesError `ERR_INVALID_HEX` for an odd number of digits, a prefix, or another character.
 */
export function hexToBytes(text: string): Uint8Array {
  if (typeof text !== 'string' || text.length % 2 !== 0) throw invalidHex();
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = NIBBLE_OF_CODE[text.charCodeAt(2 * i)] ?? NOT_HEX;
    const low = NIBBLE_OF_CODE[text.charCodeAt(2 * i + 1)] ?? NOT_HEX;
    if (high === NOT_HEX || low === NOT_HEX) throw invalidHex();
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

function invalidHex(): TypesError {
  return new TypesError('ERR_INVALID_HEX', 'expected pairs of hexadecimal digits');
}

/** True if both hold the same bytes. Not constant in time: not for secrets. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

import { NetworkAddressError, quote } from './errors.js';
import { formatIp4, parseIp4 } from './ip4.js';

const GROUPS = 8;
const GROUP_TEXT = /^[0-9a-fA-F]{1,4}$/;

/**
 * The sixteen bytes of an IPv6 address in any of its text forms (RFC 4291, 2.2), zones and brackets excluded.
 * @throws NetworkAddressError `ERR_ADDRESS_INVALID_IP`
 */
export function parseIp6(text: string): Uint8Array {
  const [head, tail, surplus] = text.split('::');
  const before = groupsOf(head ?? '', tail === undefined);
  const after = tail === undefined ? [] : groupsOf(tail, true);
  const count = (before?.length ?? 0) + (after?.length ?? 0);
  // "::" stands for one group of zeros at least; without it there are exactly eight groups.
  const complete = tail === undefined ? count === GROUPS : count < GROUPS;
  if (before === undefined || after === undefined || surplus !== undefined || !complete) {
    throw new NetworkAddressError('ERR_ADDRESS_INVALID_IP', `not an IPv6 address: ${quote(text)}`);
  }
  const bytes = new Uint8Array(2 * GROUPS);
  const view = new DataView(bytes.buffer);
  before.forEach((group, i) => view.setUint16(2 * i, group));
  after.forEach((group, i) => view.setUint16(2 * (GROUPS - after.length + i), group));
  return bytes;
}

/** The groups between colons, or undefined if one is malformed; the last may be a dotted quad if `mayEndInQuad`. */
function groupsOf(text: string, mayEndInQuad: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const pieces = text.split(':');
  for (const [i, piece] of pieces.entries()) {
    if (GROUP_TEXT.test(piece)) {
      groups.push(Number.parseInt(piece, 16));
    } else if (mayEndInQuad && i === pieces.length - 1 && piece.includes('.')) {
      const [a = 0, b = 0, c = 0, d = 0] = parseIp4(piece);
      groups.push(a * 256 + b, c * 256 + d);
    } else {
      return undefined;
    }
  }
  return groups;
}

/**
 * The text of sixteen bytes: lower case, the longest run of two or more zero groups as `::` (the first among
 * equals), IPv4-mapped and IPv4-compatible addresses with a dotted quad at their end (DiemNet wire format,
 * section 13.2).
 */
export function formatIp6(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 2 * GROUPS);
  const groups = Array.from({ length: GROUPS }, (_, i) => view.getUint16(2 * i));
  const zerosInFront = groups.findIndex((group) => group !== 0);
  const quad = () => formatIp4(bytes.subarray(12));
  if (zerosInFront === 5 && groups[5] === 0xffff) return `::ffff:${quad()}`;
  const isUnspecifiedOrLoopback = zerosInFront < 0 || (zerosInFront === 7 && groups[7] === 1);
  if (zerosInFront >= 6 && !isUnspecifiedOrLoopback) return `::${quad()}`;

  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  const run = longestZeroRun(groups);
  return run.length < 2 ? hex(0, GROUPS) : `${hex(0, run.start)}::${hex(run.start + run.length, GROUPS)}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, i) => {
    length = group === 0 ? length + 1 : 0;
    if (length > longest.length) longest = { start: i + 1 - length, length };
  });
  return longest;
}

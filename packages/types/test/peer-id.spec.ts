import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  ZERO_PEER_ID,
  comparePeerIds,
  displayPeerId,
  peerIdFromBytes,
  peerIdFromHex,
  peerIdFromPublicKey,
  peerIdToBytes,
  publicKeyFromHex,
  shortPeerId,
} from '../src/index.js';
import { codeOf } from './code-of.js';

const vectors = JSON.parse(readFileSync(join(__dirname, 'fixtures/vectors/peer_id.json'), 'utf8')) as {
  valid: { public_key: string; peer_id: string }[];
};

const MIXED = '3E6df9eea6ed269eB41d93c22757b75A';
const LOWER = MIXED.toLowerCase();

it('reads 32 digits in either case, displays upper case and serializes lower case [C-091]', () => {
  const peerId = peerIdFromHex(MIXED);
  expect(peerIdToBytes(peerId)).toHaveLength(16);
  expect(displayPeerId(peerId)).toBe(MIXED.toUpperCase());
  expect(JSON.stringify({ peerId })).toBe(`{"peerId":"${LOWER}"}`);
  expect(peerIdFromHex(MIXED.toUpperCase())).toBe(peerId);
});

it.each([
  LOWER.slice(1),
  `${LOWER}0`,
  `0x${LOWER}`,
  `0x${LOWER.slice(2)}`,
  `${LOWER.slice(1)}g`,
  '',
  `${LOWER}\n`,
])('refuses %j [C-092]', (text) => expect(codeOf(() => peerIdFromHex(text))).toBe('ERR_INVALID_PEER_ID'));

it('refuses what a configuration may hold instead of a text [C-092]', () => {
  for (const value of [undefined, null, 3, [LOWER], {}]) {
    expect(codeOf(() => peerIdFromHex(value as string))).toBe('ERR_INVALID_PEER_ID');
  }
});

it.each(vectors.valid)('derives $peer_id from the last 16 bytes of a public key [C-093]', (vector) => {
  expect(peerIdFromPublicKey(publicKeyFromHex(vector.public_key))).toBe(vector.peer_id);
});

it('has a short form of 8 digits in lower case [C-094]', () => {
  expect(shortPeerId(peerIdFromHex(MIXED))).toBe('3e6df9ee');
});

it('goes to bytes and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(peerIdToBytes(peerIdFromBytes(bytes))).toEqual(bytes);
    }),
  );
  expect(codeOf(() => peerIdFromBytes(new Uint8Array(15)))).toBe('ERR_INVALID_PEER_ID');
  expect(codeOf(() => peerIdFromBytes(new Uint8Array(17)))).toBe('ERR_INVALID_PEER_ID');
  expect(ZERO_PEER_ID).toBe(peerIdFromBytes(new Uint8Array(16)));
});

it('orders by bytes', () => {
  const [low, high] = ['0f', 'a0'].map((digits) => peerIdFromHex(digits.repeat(16)));
  expect(comparePeerIds(low!, high!)).toBeLessThan(0);
  expect(comparePeerIds(high!, low!)).toBeGreaterThan(0);
  expect(comparePeerIds(low!, low!)).toBe(0);
});

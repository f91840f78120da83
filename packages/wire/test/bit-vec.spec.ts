import { decode, encode } from '@diemnet/bcs';
import { bytesToHex, hexToBytes } from '@diemnet/types';
import * as fc from 'fast-check';
import { BitVec, bitVecOfIds, protocolIdSet, protocolIdSetFromBits } from '../src/index.js';
import { loadVectors } from './fixtures/vectors.js';

interface BitVecCase {
  name: string;
  positions: number[];
  inner_hex: string;
  bcs_hex: string;
  count_ones: number;
  last_set_bit: number | null;
}
const vectors = loadVectors<{
  valid: BitVecCase[];
  decode_only: Omit<BitVecCase, 'inner_hex'>[];
  invalid: { name: string; bcs_hex: string }[];
  intersection: { a_hex: string; b_hex: string; result_hex: string; result_positions: number[] }[];
}>('bitvec');

const fromHex = (hex: string) => BitVec.fromBytes(hexToBytes(hex));
const toHex = (bits: BitVec) => bytesToHex(bits.toBytes());
const decodeBcs = (hex: string) => decode(hexToBytes(hex), (reader) => BitVec.fromBytes(reader.bytes()));
const EVERY_POSITION = Array.from({ length: 256 }, (_, position) => position);
const positionsArbitrary = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 });

describe('BitVec', () => {
  it('has nothing set when empty [C-150]', () => {
    const empty = BitVec.of([]);
    for (let position = 0; position < 256; position++) expect(empty.isSet(position)).toBe(false);
    expect(empty.countOnes).toBe(0);
    expect(empty.lastSetBit).toBeUndefined();
    expect(toHex(empty)).toBe('');
  });

  it('holds the first and the last position in 32 bytes [C-151]', () => {
    const bits = BitVec.of([0, 255]);
    expect(bits.positions()).toEqual([0, 255]);
    expect(bits.toBytes()).toHaveLength(32);
  });

  it('sets exactly the given positions, in any order and repeated [C-152]', () => {
    fc.assert(
      fc.property(positionsArbitrary, (positions) => {
        const wanted = new Set(positions);
        const bits = BitVec.of(positions);
        const grown = positions.reduce((vector, position) => vector.with(position), BitVec.of([]));
        expect(EVERY_POSITION.filter((position) => bits.isSet(position))).toEqual(
          [...wanted].sort((x, y) => x - y),
        );
        expect(bits.countOnes).toBe(wanted.size);
        expect(grown.equals(bits)).toBe(true);
      }),
    );
  });

  it('intersects position by position, as long as the shorter vector [C-153]', () => {
    const bytes = fc.uint8Array({ maxLength: 32 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const both = BitVec.fromBytes(a).and(BitVec.fromBytes(b));
        expect(both.toBytes()).toHaveLength(Math.min(a.length, b.length));
        const [left, right] = [BitVec.fromBytes(a), BitVec.fromBytes(b)];
        expect(EVERY_POSITION.filter((position) => both.isSet(position))).toEqual(
          EVERY_POSITION.filter((position) => left.isSet(position) && right.isSet(position)),
        );
      }),
    );
  });

  it('counts bits [C-154]', () => {
    const counts = ['070f', '07'.repeat(32), 'ff'.repeat(32), '00'.repeat(32)].map(
      (hex) => fromHex(hex).countOnes,
    );
    expect(counts).toEqual([7, 96, 256, 0]);
  });

  it('finds the last set bit [C-155]', () => {
    const last = ['e0', '0780', 'ff'.repeat(32), '00'.repeat(32), '0140', '80'].map(
      (hex) => fromHex(hex).lastSetBit,
    );
    expect(last).toEqual([2, 8, 255, undefined, 9, 0]);
  });

  it('sets one more bit [C-156]', () => {
    const before = fromHex('0140');
    expect(toHex(before.with(10))).toBe('0160');
    expect(toHex(before)).toBe('0140');
  });

  it('refuses more than 32 bytes and accepts 32 [C-157]', () => {
    expect(() => BitVec.fromBytes(new Uint8Array(46))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_BIT_VECTOR' }),
    );
    expect(BitVec.fromBytes(new Uint8Array(32)).toBytes()).toHaveLength(32);
  });

  it('refuses positions outside 0 to 255', () => {
    for (const bad of [-1, 256, 0.5, Number.NaN]) {
      expect(() => BitVec.of([bad])).toThrow(expect.objectContaining({ code: 'ERR_INVALID_BIT_VECTOR' }));
      expect(() => BitVec.of([]).with(bad)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_BIT_VECTOR' }),
      );
    }
  });

  it('does not share memory with what it was made from or gives out', () => {
    const source = hexToBytes('80');
    const bits = BitVec.fromBytes(source);
    source[0] = 0;
    bits.toBytes()[0] = 0;
    expect(bits.isSet(0)).toBe(true);
  });

  it('tells vectors of different length apart', () => {
    expect(fromHex('80').equals(fromHex('8000'))).toBe(false);
    expect(fromHex('80').equals(BitVec.of([0]))).toBe(true);
  });

  it.each(vectors.valid)('matches the vector $name', (vector) => {
    const bits = BitVec.of(vector.positions);
    expect(toHex(bits)).toBe(vector.inner_hex);
    expect(bytesToHex(encode((writer) => writer.bytes(bits.toBytes())))).toBe(vector.bcs_hex);
    expect(decodeBcs(vector.bcs_hex).positions()).toEqual(vector.positions);
    expect(bits.countOnes).toBe(vector.count_ones);
    expect(bits.lastSetBit ?? null).toBe(vector.last_set_bit);
  });

  it.each(vectors.decode_only)('accepts and keeps the longer form $name', (vector) => {
    const bits = decodeBcs(vector.bcs_hex);
    expect(bits.positions()).toEqual(vector.positions);
    expect(bits.countOnes).toBe(vector.count_ones);
    expect(bits.lastSetBit ?? null).toBe(vector.last_set_bit);
    expect(bytesToHex(encode((writer) => writer.bytes(bits.toBytes())))).toBe(vector.bcs_hex);
  });

  it.each(vectors.invalid)('refuses the vector $name', ({ bcs_hex }) => {
    expect(() => decodeBcs(bcs_hex)).toThrow();
  });

  it.each(vectors.intersection)('intersects $a_hex with $b_hex', (vector) => {
    const both = fromHex(vector.a_hex).and(fromHex(vector.b_hex));
    expect(toHex(both)).toBe(vector.result_hex);
    expect(both.positions()).toEqual(vector.result_positions);
  });
});

describe('ProtocolIdSet', () => {
  it('survives the way to a bit vector and back [C-158]', () => {
    const set = protocolIdSetFromBits(bitVecOfIds([2, 0, 2]));
    expect(set.toIds()).toEqual([0, 2]);
    expect(set.size).toBe(2);
    expect(set.has(0)).toBe(true);
    expect(set.has(1)).toBe(false);
    expect(JSON.stringify(set)).toBe('[0,2]');
  });

  it('keeps ids that nobody here knows, also for intersections [C-159]', () => {
    const theirs = BitVec.of([0, 5, 200]);
    expect(protocolIdSetFromBits(theirs).toIds()).toEqual([0, 5, 200]);
    expect(protocolIdSetFromBits(theirs.and(bitVecOfIds([5, 6]))).toIds()).toEqual([5]);
  });

  it('refuses what is no protocol id', () => {
    expect(() => protocolIdSet([256])).toThrow(expect.objectContaining({ code: 'ERR_INVALID_PROTOCOL_ID' }));
  });
});

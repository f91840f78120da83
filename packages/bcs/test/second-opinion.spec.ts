import { bcs } from '@mysten/bcs';
import fc from 'fast-check';
import { decode, encode } from '../src/index.js';

/** Valid values must look the same to `@mysten/bcs`, an implementation of other authors. */

const text = fc.string({ unit: 'binary' });

it('writes numbers as @mysten/bcs does', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 255 }),
      fc.nat({ max: 65535 }),
      fc.nat({ max: 2 ** 32 - 1 }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      (a, b, c, d) => {
        const theirs = bcs.tuple([bcs.u8(), bcs.u16(), bcs.u32(), bcs.u64(), bcs.uleb128()]);
        const bytes = theirs.serialize([a, b, c, d, c]).toBytes();
        expect(encode((w) => w.u8(a).u16(b).u32(c).u64(d).uleb128(c))).toEqual(bytes);
        expect(decode(bytes, (r) => [r.u8(), r.u16(), r.u32(), r.u64(), r.uleb128()])).toEqual([
          a,
          b,
          c,
          d,
          c,
        ]);
      },
    ),
  );
});

it('writes bytes, texts and sequences as @mysten/bcs does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), text, fc.array(text), (bytes, word, words) => {
      const theirs = bcs.tuple([bcs.byteVector(), bcs.string(), bcs.vector(bcs.string())]);
      const expected = theirs.serialize([bytes, word, words]).toBytes();
      const ours = encode((w) =>
        w
          .bytes(bytes)
          .string(word)
          .sequence(words, (item, one) => item.string(one)),
      );
      expect(ours).toEqual(expected);
      expect(decode(expected, (r) => [r.bytes(), r.string(), r.sequence((item) => item.string())])).toEqual([
        bytes,
        word,
        words,
      ]);
    }),
  );
});

it('writes maps as @mysten/bcs does', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(text, fc.nat({ max: 255 })), { selector: ([key]) => key }),
      (entries) => {
        const expected = bcs.map(bcs.string(), bcs.u8()).serialize(new Map(entries)).toBytes();
        const ours = encode((w) =>
          w.map(
            entries,
            (item, key) => item.string(key),
            (item, value) => item.u8(value),
          ),
        );
        expect(ours).toEqual(expected);
        const read = decode(expected, (r) =>
          r.map(
            (item) => item.string(),
            (item) => item.u8(),
          ),
        );
        expect(new Map(read)).toEqual(new Map(entries));
      },
    ),
  );
});

it('writes enums and structs as @mysten/bcs does', () => {
  const Shape = bcs.enum('Shape', { Nothing: null, Circle: bcs.u16(), Named: bcs.string() });
  const Pair = bcs.struct('Pair', { left: Shape, right: Shape });
  const expected = Pair.serialize({ left: { Circle: 513 }, right: { Named: 'x' } }).toBytes();
  expect(encode((w) => w.variant(1).u16(513).variant(2).string('x'))).toEqual(expected);
});

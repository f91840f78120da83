import fc from 'fast-check';
import { BcsWriter, compareBytes, decode, encode } from '../src/index.js';
import { codeOf, toHex } from './hex.js';

const written = (write: (writer: BcsWriter) => void) => toHex(encode(write));

describe('numbers', () => {
  it('writes integers in little endian', () => {
    expect(written((w) => w.u8(255).u16(0x0102).u32(0xfcfdfeff).u64(0x0102030405060708n))).toBe(
      'ff' + '0201' + 'fffefdfc' + '0807060504030201',
    );
    expect(written((w) => w.bool(true).bool(false))).toBe('0100');
  });

  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [16384, '808001'],
    [2 ** 31, '8080808008'],
    [2 ** 32 - 1, 'ffffffff0f'],
  ])('writes %d as ULEB128', (value, expected) => {
    expect(written((w) => w.uleb128(value))).toBe(expected);
  });

  it.each<(w: BcsWriter) => unknown>([
    (w) => w.u8(256),
    (w) => w.u8(-1),
    (w) => w.u8(1.5),
    (w) => w.u16(65536),
    (w) => w.u32(2 ** 32),
    (w) => w.u32(Number.NaN),
    (w) => w.u64(-1n),
    (w) => w.u64(2n ** 64n),
    (w) => w.u64(5 as unknown as bigint),
    (w) => w.uleb128(2 ** 32),
    (w) => w.uleb128(-1),
    (w) => w.variant(0.5),
  ])('refuses a number out of range: %s', (write) => {
    const writer = new BcsWriter();
    expect(codeOf(() => write(writer))).toBe('ERR_BCS_INVALID_VALUE');
    expect(writer.position).toBe(0);
  });
});

describe('bytes and text', () => {
  it('writes them with and without a length', () => {
    expect(written((w) => w.fixedBytes(Uint8Array.of(1, 2)))).toBe('0102');
    expect(written((w) => w.bytes(Uint8Array.of(1, 2)))).toBe('020102');
    expect(written((w) => w.string('éy'))).toBe('03c3a979');
    expect(written((w) => w.string(''))).toBe('00');
  });

  it('refuses half a surrogate pair instead of replacing it', () => {
    expect(codeOf(() => encode((w) => w.string('a\ud800b')))).toBe('ERR_BCS_INVALID_VALUE');
    expect(codeOf(() => encode((w) => w.string('\udc00')))).toBe('ERR_BCS_INVALID_VALUE');
    expect(written((w) => w.string('😀'))).toBe('04f09f9880');
  });

  it('refuses a length above 2^31 - 1', () => {
    expect(codeOf(() => encode((w) => w.length(2 ** 31)))).toBe('ERR_BCS_LENGTH_LIMIT');
    expect(written((w) => w.length(2 ** 31 - 1))).toBe('ffffffff07');
  });

  it('copies what it is given', () => {
    const bytes = Uint8Array.of(1);
    const writer = new BcsWriter().fixedBytes(bytes);
    bytes[0] = 9;
    expect(writer.finish()).toEqual(Uint8Array.of(1));
  });
});

describe('sequences and maps', () => {
  it('writes sequences', () => {
    expect(written((w) => w.sequence([1, 2], (item, port) => item.u16(port)))).toBe('0201000200');
  });

  it('sorts a map by the bytes of its keys, whatever the order given', () => {
    const entries: [string, number][] = [
      ['aa', 1],
      ['b', 2],
      ['a', 3],
    ];
    const write = (given: Iterable<readonly [string, number]>) =>
      written((w) =>
        w.map(
          given,
          (item, key) => item.string(key),
          (item, value) => item.u8(value),
        ),
      );
    expect(write(entries)).toBe('03' + '016103' + '016202' + '02616101');
    expect(write([...entries].reverse())).toBe(write(entries));
    expect(write(new Map(entries))).toBe(write(entries));
  });

  it('refuses two keys with the same bytes', () => {
    const twice: [number, number][] = [
      [1, 2],
      [1, 2],
    ];
    const put = (w: BcsWriter, n: number) => w.u8(n);
    expect(codeOf(() => encode((w) => w.map(twice, put, put)))).toBe('ERR_BCS_DUPLICATE_KEY');
  });
});

describe('depth', () => {
  const nested = (levels: number) => (w: BcsWriter) =>
    levels === 0 ? void w.u8(7) : void w.container(nested(levels - 1));

  it('takes 500 containers in one another and refuses 501', () => {
    expect(written(nested(500))).toBe('07');
    expect(codeOf(() => encode(nested(501)))).toBe('ERR_BCS_DEPTH_LIMIT');
  });

  it('counts the depth of map keys from where the map stands', () => {
    const key = (w: BcsWriter) => nested(2)(w);
    const value = (w: BcsWriter) => w.u8(0);
    const put = (w: BcsWriter) => w.container((inner) => inner.map([[0, 0]], key, value));
    expect(codeOf(() => encode(put, { maxDepth: 2 }))).toBe('ERR_BCS_DEPTH_LIMIT');
    expect(encode(put, { maxDepth: 3 })).toEqual(Uint8Array.of(1, 7, 0));
  });
});

it('grows as needed from any size hint', () => {
  const payload = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff);
  for (const sizeHint of [0, 1, 64, 1003, 5000]) {
    expect(
      decode(
        encode((w) => w.bytes(payload), { sizeHint }),
        (r) => r.bytes(),
      ),
    ).toEqual(payload);
  }
});

it('gives a result of its own and may go on', () => {
  const writer = new BcsWriter().u8(1);
  const first = writer.finish();
  writer.u8(2);
  expect(first).toEqual(Uint8Array.of(1));
  expect(writer.finish()).toEqual(Uint8Array.of(1, 2));
  expect(first.buffer.byteLength).toBe(1);
});

it('writes what the reader reads', () => {
  const value = fc.record({
    flag: fc.boolean(),
    small: fc.integer({ min: 0, max: 65535 }),
    large: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    index: fc.integer({ min: 0, max: 2 ** 32 - 2 }),
    text: fc.string({ unit: 'binary' }),
    list: fc.array(fc.uint8Array()),
    map: fc.uniqueArray(fc.tuple(fc.string(), fc.nat()), { selector: ([key]) => key }),
  });
  fc.assert(
    fc.property(value, (given) => {
      const bytes = encode((w) =>
        w
          .bool(given.flag)
          .u16(given.small)
          .u64(given.large)
          .variant(given.index)
          .string(given.text)
          .sequence(given.list, (item, part) => item.bytes(part))
          .map(
            given.map,
            (item, key) => item.string(key),
            (item, n) => item.u32(n),
          ),
      );
      const read = decode(bytes, (r) => ({
        flag: r.bool(),
        small: r.u16(),
        large: r.u64(),
        index: r.variant(2 ** 32 - 1, 'Any'),
        text: r.string(),
        list: r.sequence((item) => item.bytes()),
        map: new Map(
          r.map(
            (item) => item.string(),
            (item) => item.u32(),
          ),
        ),
      }));
      expect(read).toEqual({ ...given, map: new Map(given.map) });
    }),
  );
});

it('orders byte strings lexicographically, the shorter first', () => {
  const of = Uint8Array.of.bind(Uint8Array);
  expect(compareBytes(of(1), of(2))).toBeLessThan(0);
  expect(compareBytes(of(2), of(1, 9))).toBeGreaterThan(0);
  expect(compareBytes(of(1), of(1, 0))).toBeLessThan(0);
  expect(compareBytes(of(), of())).toBe(0);
});

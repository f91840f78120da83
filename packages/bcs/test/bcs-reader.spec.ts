import fc from 'fast-check';
import { BcsError, BcsReader, decode, type BcsErrorCode, type ReadItem } from '../src/index.js';
import { codeOf, hex } from './hex.js';

function refuses(bytes: string, read: ReadItem<unknown>, code: BcsErrorCode): void {
  expect(codeOf(() => decode(hex(bytes), read))).toBe(code);
}

describe('numbers', () => {
  it('reads integers in little endian', () => {
    const reader = new BcsReader(hex('ff 0201 fffefdfc 0807060504030201 00 01'));
    expect(reader.u8()).toBe(255);
    expect(reader.u16()).toBe(0x0102);
    expect(reader.u32()).toBe(0xfcfdfeff);
    expect(reader.u64()).toBe(0x0102030405060708n);
    expect(reader.bool()).toBe(false);
    expect(reader.bool()).toBe(true);
    expect(reader.position).toBe(17);
    expect(reader.remaining).toBe(0);
    reader.finish();
  });

  it.each<[string, ReadItem<unknown>]>([
    ['', (r) => r.u8()],
    ['00', (r) => r.u16()],
    ['000000', (r) => r.u32()],
    ['00000000000000', (r) => r.u64()],
    ['', (r) => r.bool()],
    ['', (r) => r.uleb128()],
    ['80', (r) => r.uleb128()],
  ])('refuses a number cut short: %s', (bytes, read) => refuses(bytes, read, 'ERR_BCS_UNEXPECTED_END'));

  it('does not move past the end when a number is cut short', () => {
    const reader = new BcsReader(hex('010203'));
    expect(codeOf(() => reader.u64())).toBe('ERR_BCS_UNEXPECTED_END');
    expect(reader.position).toBe(0);
  });

  it('refuses a bool that is neither 0 nor 1', () => {
    refuses('02', (r) => r.bool(), 'ERR_BCS_INVALID_BOOL');
    refuses('ff', (r) => r.bool(), 'ERR_BCS_INVALID_BOOL');
  });

  it.each([
    ['00', 0],
    ['01', 1],
    ['7f', 127],
    ['8001', 128],
    ['ff7f', 16383],
    ['808001', 16384],
    ['ffffffff07', 2 ** 31 - 1],
    ['8080808008', 2 ** 31],
    ['ffffffff0f', 2 ** 32 - 1],
  ])('reads the ULEB128 number %s', (bytes, value) => {
    expect(decode(hex(bytes), (r) => r.uleb128())).toBe(value);
  });

  it.each(['8000', '808000', 'ff00', '80808000', '8080808000', 'ffffffff00'])(
    'refuses the ULEB128 number %s, which has a shorter form [C-149]',
    (bytes) => refuses(bytes, (r) => r.uleb128(), 'ERR_BCS_NON_CANONICAL'),
  );

  it.each(['8080808010', 'ffffffff10', 'ffffffff7f', '808080808001', '808080808000', 'ffffffffffffffffff01'])(
    'refuses the ULEB128 number %s, which does not fit 32 bits [C-149]',
    (bytes) => refuses(bytes, (r) => r.uleb128(), 'ERR_BCS_INTEGER_OVERFLOW'),
  );
});

describe('bytes and text', () => {
  it('reads fixed and counted bytes', () => {
    expect(decode(hex('0102'), (r) => r.fixedBytes(2))).toEqual(hex('0102'));
    expect(decode(hex('020102'), (r) => r.bytes())).toEqual(hex('0102'));
    expect(decode(hex('00'), (r) => r.bytes())).toEqual(new Uint8Array(0));
    expect(decode(hex('03c3a979'), (r) => r.string())).toBe('éy');
  });

  it('copies by default and gives bounded views on request', () => {
    const input = hex('020102 0304');
    const reader = new BcsReader(input);
    const copy = reader.bytes();
    const view = reader.fixedBytesView(1);
    input.fill(9);
    expect(copy).toEqual(hex('0102'));
    expect(view).toEqual(hex('09'));
    expect(view.byteLength).toBe(1);
    expect(new BcsReader(hex('0201 02')).bytesView()).toEqual(hex('0102'));
  });

  it('copies also what it reads from a Buffer, whose slice would be a view', () => {
    const pooled = Buffer.from([2, 1, 2]);
    const copy = decode(pooled, (r) => r.bytes());
    pooled.fill(9);
    expect(copy).toEqual(Uint8Array.of(1, 2));
    expect(Buffer.isBuffer(copy)).toBe(false);
  });

  it.each<[string, ReadItem<unknown>]>([
    ['03 0102', (r) => r.bytes()],
    ['03 0102', (r) => r.bytesView()],
    ['03 6162', (r) => r.string()],
    ['ffffffff07 00', (r) => r.bytes()],
    ['ffffffff07 00', (r) => r.string()],
    ['ffffffff07 00', (r) => r.length()],
    ['0102', (r) => r.fixedBytes(3)],
    ['0102', (r) => r.fixedBytesView(3)],
    ['0102', (r) => r.fixedBytes(Number.NaN)],
  ])('refuses a length beyond the input: %s [C-149]', (bytes, read) =>
    refuses(bytes, read, 'ERR_BCS_UNEXPECTED_END'),
  );

  it('never reads beyond its view into the same ArrayBuffer [C-149]', () => {
    const shared = hex('aaaa 03 0102 bbbbbbbb');
    const view = shared.subarray(2, 5);
    expect(codeOf(() => decode(view, (r) => r.bytes()))).toBe('ERR_BCS_UNEXPECTED_END');
    expect(codeOf(() => decode(view, (r) => [r.u16(), r.u16()]))).toBe('ERR_BCS_UNEXPECTED_END');
    expect(codeOf(() => decode(view.subarray(1, 2), (r) => r.u64()))).toBe('ERR_BCS_UNEXPECTED_END');
    const pooled = Buffer.from(shared.buffer, 2, 3);
    expect(codeOf(() => decode(pooled, (r) => r.string()))).toBe('ERR_BCS_UNEXPECTED_END');
    const inner = decode(hex('0201ff cc'), (r) => [r.bytesView(), r.u8()] as const)[0];
    expect(codeOf(() => decode(inner, (r) => r.bytes().length + r.u8()))).toBe('ERR_BCS_UNEXPECTED_END');
  });

  it('allocates nothing for a length that lies [C-149]', () => {
    const hostile = hex('ffffffff07 000000');
    const readItem = jest.fn(() => 0);
    codeOf(() => decode(hostile, (r) => r.bytes())); // warm up
    const before = process.memoryUsage().arrayBuffers;
    const reads: ReadItem<unknown>[] = [
      (r) => r.bytes(),
      (r) => r.string(),
      (r) => r.sequence(readItem),
      (r) => r.map(readItem, readItem),
    ];
    for (const read of reads) {
      expect(codeOf(() => decode(hostile, read))).toBe('ERR_BCS_UNEXPECTED_END');
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
    expect(readItem).not.toHaveBeenCalled();
  });

  it('refuses lengths above 2^31 - 1 and above the limit it is given', () => {
    refuses('8080808008', (r) => r.length(), 'ERR_BCS_LENGTH_LIMIT');
    refuses('8080808008', (r) => r.length(2 ** 32), 'ERR_BCS_LENGTH_LIMIT');
    refuses('03616263', (r) => r.string(2), 'ERR_BCS_LENGTH_LIMIT');
    refuses('03616263', (r) => r.bytes(2), 'ERR_BCS_LENGTH_LIMIT');
    refuses('03616263', (r) => r.bytesView(2), 'ERR_BCS_LENGTH_LIMIT');
    refuses('03616263', (r) => r.sequence((i) => i.u8(), 2), 'ERR_BCS_LENGTH_LIMIT');
    expect(decode(hex('03616263'), (r) => r.string(3))).toBe('abc');
  });

  it.each(['01ff', '02c3 28', '02c080', '03eda080', '04f4908080', '01c3', '03e28228'])(
    'refuses text that is not UTF-8: %s [C-149]',
    (bytes) => refuses(bytes, (r) => r.string(), 'ERR_BCS_INVALID_UTF8'),
  );

  it('still reads text after it met invalid text', () => {
    refuses('02e282', (r) => r.string(), 'ERR_BCS_INVALID_UTF8');
    expect(decode(hex('0161'), (r) => r.string())).toBe('a');
  });

  it('keeps a byte order mark, which is a character like any other', () => {
    expect(decode(hex('04efbbbf61'), (r) => r.string())).toBe('\uFEFFa');
  });
});

describe('variants', () => {
  it('reads an index below the count', () => {
    expect(decode(hex('02'), (r) => r.variant(3, 'Choice'))).toBe(2);
    expect(decode(hex('8001'), (r) => r.variant(129, 'Choice'))).toBe(128);
  });

  it('refuses an undefined one and names the enum', () => {
    refuses('03', (r) => r.variant(3, 'Choice'), 'ERR_BCS_UNKNOWN_VARIANT');
    refuses('00', (r) => r.variant(0, 'Never'), 'ERR_BCS_UNKNOWN_VARIANT');
    expect(() => decode(hex('03'), (r) => r.variant(3, 'Choice'))).toThrow(/Choice has no variant 3/);
  });
});

describe('sequences and maps', () => {
  const byte: ReadItem<number> = (r) => r.u8();

  it('reads sequences of any item', () => {
    expect(decode(hex('02 0100 0200'), (r) => r.sequence((i) => i.u16()))).toEqual([1, 2]);
    expect(decode(hex('00'), (r) => r.sequence(byte))).toEqual([]);
    expect(decode(hex('02 01 05 00'), (r) => r.sequence((i) => i.sequence(byte)))).toEqual([[5], []]);
  });

  it('refuses a sequence that ends early', () => {
    refuses('02 0100 02', (r) => r.sequence((i) => i.u16()), 'ERR_BCS_UNEXPECTED_END');
  });

  it('reads a map whose keys ascend by their bytes', () => {
    expect(decode(hex('03 00 0a 01 0b ff 0c'), (r) => r.map(byte, byte))).toEqual([
      [0, 10],
      [1, 11],
      [255, 12],
    ]);
    // 1 is 0100 and 256 is 0001 in bytes: the order of the bytes counts, not that of the numbers.
    const u16: ReadItem<number> = (r) => r.u16();
    expect(decode(hex('02 0001 aa 0100 bb'), (r) => r.map(u16, byte))).toEqual([
      [256, 0xaa],
      [1, 0xbb],
    ]);
    refuses('02 0100 aa 0001 bb', (r) => r.map(u16, byte), 'ERR_BCS_MAP_ORDER');
  });

  it('compares keys by their serialized form, length included', () => {
    // "b" (01 62) comes before "aa" (02 61 61).
    const text: ReadItem<string> = (r) => r.string();
    expect(decode(hex('02 0162 00 026161 00'), (r) => r.map(text, byte))).toEqual([
      ['b', 0],
      ['aa', 0],
    ]);
    refuses('02 026161 00 0162 00', (r) => r.map(text, byte), 'ERR_BCS_MAP_ORDER');
  });

  it('refuses unsorted and repeated keys [C-149]', () => {
    refuses('02 01 00 00 00', (r) => r.map(byte, byte), 'ERR_BCS_MAP_ORDER');
    refuses('02 01 00 01 00', (r) => r.map(byte, byte), 'ERR_BCS_MAP_ORDER');
    refuses('03 00 00 02 00 01 00', (r) => r.map(byte, byte), 'ERR_BCS_MAP_ORDER');
    refuses('02 01 00', (r) => r.map(byte, byte, 1), 'ERR_BCS_LENGTH_LIMIT');
  });
});

describe('depth', () => {
  const nested = (levels: number): ReadItem<number> =>
    levels === 0 ? (r) => r.u8() : (r) => r.container(nested(levels - 1));

  it('takes 500 containers in one another and refuses 501', () => {
    expect(decode(hex('07'), nested(500))).toBe(7);
    refuses('07', nested(501), 'ERR_BCS_DEPTH_LIMIT');
  });

  it('counts depth, not containers', () => {
    const reader = new BcsReader(new Uint8Array(2000));
    for (let i = 0; i < 2000; i++) reader.container((r) => r.u8());
    reader.finish();
  });

  it('takes another limit', () => {
    expect(codeOf(() => decode(hex('07'), nested(3), { maxDepth: 2 }))).toBe('ERR_BCS_DEPTH_LIMIT');
    const reader = new BcsReader(hex('07'), { maxDepth: 1 });
    reader.enter();
    expect(codeOf(() => reader.enter())).toBe('ERR_BCS_DEPTH_LIMIT');
    reader.leave();
    reader.enter();
  });

  it('ends a recursion through sequences or maps alone with an error, not a stack overflow', () => {
    const sequences: ReadItem<unknown> = (r) => r.sequence(sequences);
    const maps: ReadItem<unknown> = (r) => r.map(maps, (v) => v.u8());
    const hostile = new Uint8Array(100_000).fill(1);
    expect(codeOf(() => decode(hostile, sequences))).toBe('ERR_BCS_DEPTH_LIMIT');
    expect(codeOf(() => decode(hostile, maps))).toBe('ERR_BCS_DEPTH_LIMIT');
  });
});

describe('full consumption', () => {
  it('refuses bytes left over after the value [C-149]', () => {
    refuses('0000', (r) => r.u8(), 'ERR_BCS_TRAILING_BYTES');
    refuses('0000', () => undefined, 'ERR_BCS_TRAILING_BYTES');
    refuses('016100', (r) => r.string(), 'ERR_BCS_TRAILING_BYTES');
  });

  it('lets the reader itself stop anywhere until finish()', () => {
    const reader = new BcsReader(hex('0102'));
    reader.u8();
    expect(codeOf(() => reader.finish())).toBe('ERR_BCS_TRAILING_BYTES');
    reader.u8();
    reader.finish();
  });
});

it('says where it failed, without showing the input', () => {
  const failure = (() => {
    try {
      return decode(hex('01 02 03 9d'), (r) => [r.u8(), r.u16(), r.bool()]);
    } catch (error) {
      return error as BcsError;
    }
  })() as BcsError;
  expect(failure).toBeInstanceOf(BcsError);
  expect(failure.name).toBe('BcsError');
  expect(failure.details).toEqual({ position: 3 });
  expect(failure.message).not.toMatch(/9d|157/);
});

it('meets arbitrary input with a value or a typed error', () => {
  const reads: ReadItem<unknown>[] = [
    (r) => r.string(),
    (r) => r.sequence((i) => i.string()),
    (r) =>
      r.map(
        (k) => k.string(),
        (v) => v.bytes(),
      ),
    (r) => [r.variant(4, 'Any'), r.u64(), r.bool()],
  ];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(...reads), (bytes, read) => {
      try {
        decode(bytes, read);
      } catch (error) {
        expect(error).toBeInstanceOf(BcsError);
      }
    }),
  );
});

import fc from 'fast-check';
import {
  bytesCodec,
  bcsCodec,
  defineApplication,
  diemProtocols,
  jsonCodec,
  schemaCodec,
} from '../src/index.js';

interface Note {
  readonly round: number;
  readonly text: string;
}

const noteCodec = bcsCodec<Note>(
  (reader) => ({ round: reader.u32(), text: reader.string() }),
  ({ round, text }, writer) => {
    writer.u32(round);
    writer.string(text);
  },
);

const note = fc.record({
  round: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  text: fc.string({ unit: 'grapheme' }),
});

describe('codecs', () => {
  it('give back what went in, in BCS and in JSON', () => {
    fc.assert(
      fc.property(note, (message) => {
        for (const codec of [noteCodec, jsonCodec<Note>()]) {
          expect(codec.decode(codec.encode(message))).toEqual(message);
        }
      }),
    );
  });

  it('write protocol 6 as JSON and the others as BCS [C-160]', () => {
    const application = defineApplication({
      name: 'consensus',
      protocols: diemProtocols<Note>([0, 1, 6], { bcs: noteCodec }),
    });
    const encode = (id: number) => application.protocols.get(id)!.codec.encode({ round: 7, text: 'a' });
    const bcs = Uint8Array.of(7, 0, 0, 0, 1, 0x61);
    expect(encode(0)).toEqual(bcs);
    expect(encode(1)).toEqual(bcs);
    expect(new TextDecoder().decode(encode(6))).toBe('{"round":7,"text":"a"}');
  });

  it('refuse left-over bytes, broken UTF-8 and what is no JSON', () => {
    expect(() => noteCodec.decode(Uint8Array.of(7, 0, 0, 0, 0, 0))).toThrow();
    expect(() => jsonCodec().decode(Uint8Array.of(0x22, 0xff, 0x22))).toThrow();
    expect(() => jsonCodec().decode(Uint8Array.of(0x7b))).toThrow();
  });

  it('let JSON be validated', () => {
    const codec = jsonCodec<number>((value) => {
      if (typeof value !== 'number') throw new TypeError('not a number');
      return value;
    });
    expect(codec.decode(codec.encode(3))).toBe(3);
    expect(() => codec.decode(new TextEncoder().encode('"3"'))).toThrow('not a number');
  });

  it('refuse a message that JSON has no form for', () => {
    expect(() => jsonCodec<unknown>().encode(undefined)).toThrow(TypeError);
    expect(() => jsonCodec<unknown>().encode(1n)).toThrow();
  });

  it('pass bytes through', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(bytesCodec.encode(bytes)).toBe(bytes);
    expect(bytesCodec.decode(bytes)).toBe(bytes);
  });

  it('take any schema in the manner of mysten, strictly', () => {
    const codec = schemaCodec<number>({
      parse: (bytes) => bytes[0] ?? 0,
      serialize: (value) => ({ toBytes: () => Uint8Array.of(value) }),
    });
    expect(codec.decode(codec.encode(9))).toBe(9);
    expect(() => codec.decode(Uint8Array.of(9, 9))).toThrow();
  });
});

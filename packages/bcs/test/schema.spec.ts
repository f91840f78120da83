import { bcs } from '@mysten/bcs';
import { decodeWithSchema, encodeWithSchema } from '../src/index.js';
import { codeOf, hex } from './hex.js';

const Ping = bcs.struct('Ping', { nonce: bcs.u32() });
const Names = bcs.vector(bcs.string());
const Counts = bcs.map(bcs.u8(), bcs.u8());

it('decodes and encodes with a schema of @mysten/bcs', () => {
  expect(decodeWithSchema(Ping, hex('2a000000'))).toEqual({ nonce: 42 });
  expect(encodeWithSchema(Ping, { nonce: 42 })).toEqual(hex('2a000000'));
  expect(decodeWithSchema(bcs.u64(), hex('ffffffffffffffff'))).toBe('18446744073709551615');
});

it('refuses surplus bytes, which the schema alone lets pass, long numbers and unsorted maps [C-149]', () => {
  expect(Ping.parse(hex('2a00000000'))).toEqual({ nonce: 42 });
  expect(codeOf(() => decodeWithSchema(Ping, hex('2a00000000')))).toBe('ERR_BCS_NON_CANONICAL');
  expect(codeOf(() => decodeWithSchema(Names, hex('8100 0161')))).toMatch(/^ERR_BCS_/);
  expect(codeOf(() => decodeWithSchema(Counts, hex('02 0100 0000')))).toMatch(/^ERR_BCS_/);
});

it('keeps a lying length from reaching the neighbours in the same ArrayBuffer [C-149]', () => {
  const pool = hex('05 6162 736563726574');
  expect(codeOf(() => decodeWithSchema(bcs.string(), pool.subarray(0, 3)))).toMatch(/^ERR_BCS_/);
  expect(codeOf(() => decodeWithSchema(bcs.byteVector(), Buffer.from(pool.buffer, 0, 3)))).toMatch(
    /^ERR_BCS_/,
  );
});

it('wraps what the schema throws and keeps it as the cause', () => {
  try {
    decodeWithSchema(Ping, hex('2a'));
    throw new RangeError('not reached');
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_BCS_SCHEMA', cause: expect.anything() });
  }
  expect(codeOf(() => encodeWithSchema(Ping, { nonce: -1 }))).toBe('ERR_BCS_SCHEMA');
});

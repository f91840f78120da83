import { inspect } from 'node:util';
import { addressKeysToEntry, AddressKeys, parseAddressKeys, testAddressKeys } from '../src/index.js';

const ONES = new Uint8Array(32).fill(1);
const ENTRY = {
  keys: {
    '0': 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    '4': 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=',
  },
  current: 4,
};

describe('the entry of a key store', () => {
  it('has versions as keys, base64 as values, and the current version [C-090]', () => {
    const keys = testAddressKeys().withKey(4, ONES).withCurrent(4);
    expect(addressKeysToEntry(keys)).toEqual(ENTRY);
    const parsed = parseAddressKeys(JSON.parse(JSON.stringify(ENTRY)));
    expect(parsed.current).toBe(4);
    expect(parsed.versions).toEqual([0, 4]);
    expect(parsed.expose(4)).toEqual(ONES);
    expect(parsed.expose(0)).toEqual(new Uint8Array(32));
    expect(parseAddressKeys({ keys: {}, current: 0 }).versions).toEqual([]);
  });

  it.each([
    null,
    [],
    'text',
    {},
    { keys: {} },
    { current: 0 },
    { keys: [], current: 0 },
    { keys: {}, current: -1 },
    { keys: {}, current: '0' },
    { keys: {}, current: 2 ** 32 },
    { keys: { a: ENTRY.keys[0] }, current: 0 },
    { keys: { '-1': ENTRY.keys[0] }, current: 0 },
    { keys: { '4294967296': ENTRY.keys[0] }, current: 0 },
    { keys: { '0': 'AAAA' }, current: 0 },
    { keys: { '0': 7 }, current: 0 },
    { keys: { '0': ` ${ENTRY.keys[0].slice(1)}` }, current: 0 },
    { keys: { '0': 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=' }, current: 0 },
  ])('is refused: %j', (value) => {
    expect(() => parseAddressKeys(value)).toThrow(
      expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_KEY_STORE_ENTRY' }),
    );
  });
});

describe('AddressKeys', () => {
  it('never print themselves', () => {
    const keys = new AddressKeys([[0, ONES]]);
    for (const text of [String(keys), JSON.stringify({ keys }), inspect({ keys })]) {
      expect(text).toContain('[AddressKeys]');
      expect(text).not.toMatch(/1, ?1|AQEB|0101/);
    }
  });

  it('keep their own copies', () => {
    const source = Uint8Array.from(ONES);
    const keys = new AddressKeys([[0, source]]);
    source.fill(9);
    expect(keys.expose(0)).toEqual(ONES);
  });

  it('refuse versions and keys that cannot be', () => {
    expect(() => new AddressKeys([[0, new Uint8Array(31)]])).toThrow(
      expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_SHARED_KEY' }),
    );
    expect(() => new AddressKeys([[-1, ONES]])).toThrow(
      expect.objectContaining({ code: 'ERR_ADDRESS_INVALID_NUMBER' }),
    );
  });
});

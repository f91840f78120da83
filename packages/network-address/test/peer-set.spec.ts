import fc from 'fast-check';
import { PEER_ROLES, peerIdFromHex, publicKeyFromHex, type PeerSet } from '@diemnet/types';
import {
  completeKeys,
  parseNetworkAddress,
  parsePeerSet,
  peerSetsEqual,
  peerSetToObject,
} from '../src/index.js';
import { arbitraryAddress, arbitraryKey, arbitraryPeerId } from './arbitraries.js';

const ID = 'c227da54069989f283712e4016704660';
const KEY = publicKeyFromHex('08'.repeat(32));
const OTHER = publicKeyFromHex('0a'.repeat(32));
const ADDRESS = `/ip4/10.0.0.1/tcp/6180/ln-noise-ik/${KEY}/ln-handshake/0`;

const arbitraryPeerSet = (): fc.Arbitrary<PeerSet> =>
  fc
    .array(
      fc.tuple(
        arbitraryPeerId(),
        fc.record({
          addresses: fc.array(arbitraryAddress(), { maxLength: 3 }),
          keys: fc.array(arbitraryKey(), { maxLength: 3 }).map((keys) => new Set(keys)),
          role: fc.constantFrom(...PEER_ROLES),
        }),
      ),
      { maxLength: 4 },
    )
    .map((entries) => new Map(entries));

describe('peer sets', () => {
  it('read addresses, keys and role in either case of hex', () => {
    const peers = parsePeerSet({
      [ID.toUpperCase()]: {
        addresses: [ADDRESS],
        keys: [KEY.toUpperCase()],
        role: 'Validator',
        notes: 'ignored',
      },
    });
    expect(peers).toEqual(new Map([[ID, { addresses: [ADDRESS], keys: new Set([KEY]), role: 'Validator' }]]));
  });

  it('fill in what is absent', () => {
    expect(parsePeerSet({ [ID]: {} })).toEqual(
      new Map([[ID, { addresses: [], keys: new Set(), role: 'Unknown' }]]),
    );
    expect(parsePeerSet({})).toEqual(new Map());
  });

  it('read Maps as they read objects', () => {
    const nested = new Map([[ID, new Map<string, unknown>([['keys', [KEY]]])]]);
    expect(parsePeerSet(nested)).toEqual(parsePeerSet({ [ID]: { keys: [KEY] } }));
  });

  it('come back from what they are written as', () => {
    fc.assert(
      fc.property(arbitraryPeerSet(), (peers) => {
        const again = parsePeerSet(JSON.parse(JSON.stringify(peerSetToObject(peers))));
        expect(again).toEqual(peers);
        expect(peerSetsEqual(peers, again)).toBe(true);
      }),
    );
  });

  it.each([
    [null, undefined, undefined],
    [[], undefined, undefined],
    ['text', undefined, undefined],
    [{ abc: {} }, '"abc"', undefined],
    [{ [ID]: null }, ID, undefined],
    [{ [ID]: [] }, ID, undefined],
    [{ [ID]: {}, [ID.toUpperCase()]: {} }, ID, undefined],
    [{ [ID]: { role: 'validator' } }, ID, 'role'],
    [{ [ID]: { role: 7 } }, ID, 'role'],
    [{ [ID]: { keys: KEY } }, ID, 'keys'],
    [{ [ID]: { keys: null } }, ID, 'keys'],
    [{ [ID]: { keys: [KEY, 'abc'] } }, ID, 'keys[1]'],
    [{ [ID]: { addresses: [ADDRESS, '/tcp'] } }, ID, 'addresses[1]'],
    [{ [ID]: { addresses: [1] } }, ID, 'addresses[0]'],
  ])('are refused with the peer and the field: %j', (value, peer, field) => {
    const details = peer === undefined ? undefined : { peer, field };
    expect(() => parsePeerSet(value)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_PEER_SET',
        message: expect.stringContaining(field ?? peer ?? '') as string,
        details,
      }),
    );
  });

  it('complete the keys from the addresses and keep the listed ones [D-27]', () => {
    const peers = parsePeerSet({ [ID]: { addresses: [ADDRESS], keys: [OTHER] } });
    expect(completeKeys(peers).get(peerIdFromHex(ID))).toEqual({
      addresses: [ADDRESS],
      keys: new Set([OTHER, KEY]),
      role: 'Unknown',
    });
    expect(peers.get(peerIdFromHex(ID))?.keys).toEqual(new Set([OTHER]));
  });

  it('compare by content', () => {
    const peer = { addresses: [ADDRESS, '/memory/1'], keys: [KEY, OTHER], role: 'Known' };
    const of = (change: object) => parsePeerSet({ [ID]: { ...peer, ...change } });
    expect(peerSetsEqual(of({}), of({ keys: [OTHER, KEY] }))).toBe(true);
    expect(peerSetsEqual(of({}), of({ role: 'Unknown' }))).toBe(false);
    expect(peerSetsEqual(of({}), of({ keys: [KEY] }))).toBe(false);
    expect(peerSetsEqual(of({ keys: [KEY] }), of({ keys: [OTHER] }))).toBe(false);
    expect(peerSetsEqual(of({}), of({ addresses: [parseNetworkAddress('/memory/1'), ADDRESS] }))).toBe(false);
    expect(peerSetsEqual(of({}), parsePeerSet({ [ID.replace('c', 'd')]: peer }))).toBe(false);
    expect(peerSetsEqual(of({}), new Map())).toBe(false);
  });
});

import { parseNetworkAddress } from '@diemnet/network-address';
import { peerIdFromHex, publicKeyFromHex } from '@diemnet/types';
import { mergeSeeds, parseNetworkConfig, resolveNetworkConfig } from '../../src/index.js';
import { ADDRESS, OTHER_KEY, OTHER_PEER, PEER, PUBLIC_KEY, issuesOf } from './expectations.js';

const OTHER_ADDRESS = parseNetworkAddress(
  `/dns4/example.com/tcp/6180/ln-noise-ik/${OTHER_KEY}/ln-handshake/0`,
);

describe('seeds', () => {
  it('makes a peer of seed_addrs alone a ValidatorFullNode with the keys of its addresses [C-401]', () => {
    const config = parseNetworkConfig(`seed_addrs: {${PEER}: [${ADDRESS}]}`);
    expect(mergeSeeds(config)).toEqual({
      seeds: new Map([
        [PEER, { addresses: [ADDRESS], keys: new Set([PUBLIC_KEY]), role: 'ValidatorFullNode' }],
      ]),
      roleConflicts: [],
    });
  });

  it.each(['ValidatorFullNode', 'Unknown'])(
    'merges a peer in both forms when its role is %s [C-402] [D-22]',
    (role) => {
      const config = parseNetworkConfig(
        `seed_addrs: {${PEER}: [${ADDRESS}, ${OTHER_ADDRESS}]}\n` +
          `seeds: {${PEER}: {addresses: [${OTHER_ADDRESS}], role: ${role}}}`,
      );
      expect(mergeSeeds(config)).toEqual({
        seeds: new Map([
          [
            PEER,
            {
              addresses: [OTHER_ADDRESS, ADDRESS],
              keys: new Set([OTHER_KEY, PUBLIC_KEY]),
              role: 'ValidatorFullNode',
            },
          ],
        ]),
        roleConflicts: [],
      });
    },
  );

  it('keeps the role in seeds when the two disagree, and tells so [C-402] [D-22]', () => {
    const { seeds, roleConflicts } = mergeSeeds(
      resolveNetworkConfig({
        seed_addrs: new Map([[peerIdFromHex(PEER), [ADDRESS]]]),
        seeds: new Map([
          [
            peerIdFromHex(PEER),
            { addresses: [], keys: new Set([publicKeyFromHex(OTHER_KEY)]), role: 'Validator' },
          ],
        ]),
      }),
    );
    expect(seeds.get(peerIdFromHex(PEER))?.role).toBe('Validator');
    expect([...(seeds.get(peerIdFromHex(PEER))?.keys ?? [])]).toEqual([OTHER_KEY, PUBLIC_KEY]);
    expect(roleConflicts).toEqual([PEER]);
  });

  it('names the peer whose address is not one that can be dialed [C-403] [D-02]', () => {
    const text =
      `seeds:\n  ${PEER}:\n    addresses:\n      - ${ADDRESS}\n      - /ip4/10.0.0.1/tcp/6180\n` +
      `seed_addrs:\n  ${OTHER_PEER.toUpperCase()}: [/memory/1/ln-noise-ik/${OTHER_KEY}/ln-handshake/0]\n`;
    expect(issuesOf(() => parseNetworkConfig(text))).toMatchObject([
      { code: 'ERR_CONFIG_INVALID_SEED', path: `seeds.${PEER}.addresses[1]`, line: 5 },
      { code: 'ERR_CONFIG_INVALID_SEED', path: `seed_addrs.${OTHER_PEER}[0]`, line: 7 },
    ]);
  });

  it('names the peer that has neither keys nor addresses [C-403] [D-02]', () => {
    const text = `seeds: {${PEER}: {role: Validator}}\nseed_addrs: {${OTHER_PEER}: []}`;
    expect(issuesOf(() => parseNetworkConfig(text))).toMatchObject([
      { code: 'ERR_CONFIG_INVALID_SEED', path: `seeds.${PEER}`, line: 1 },
      { code: 'ERR_CONFIG_INVALID_SEED', path: `seed_addrs.${OTHER_PEER}`, line: 2 },
    ]);
    expect(parseNetworkConfig(`seeds: {${PEER}: {keys: ["${PUBLIC_KEY}"]}}`).seeds.size).toBe(1);
  });
});

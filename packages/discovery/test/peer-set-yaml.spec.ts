import { formatPeerSetYaml, parsePeerSetYaml } from '../src/index.js';
import { address, peerId, publicKey } from './stubs.js';

describe('peer sets in YAML', () => {
  it('are read as the reference writes them', () => {
    const yaml = `
c227da54069989f283712e4016704660:
  addresses:
    - "${address('a')}"
  keys: ["${publicKey('a')}"]
  role: "Validator"
`;
    expect(parsePeerSetYaml(yaml)).toEqual(
      new Map([
        [
          'c227da54069989f283712e4016704660',
          { addresses: [address('a')], keys: new Set([publicKey('a')]), role: 'Validator' },
        ],
      ]),
    );
  });

  it('keep a PeerId and a key that look like numbers', () => {
    const digits = `${peerId('1')}: {keys: [${publicKey('2')}, ${'1e2'.padEnd(64, '0')}]}`;
    expect(parsePeerSetYaml(digits).get(peerId('1'))?.keys.size).toBe(2);
  });

  it('come back from what is written, addresses as text [C-067]', () => {
    const peers = new Map([
      [peerId('1'), { addresses: [address('a')], keys: new Set([publicKey('3')]), role: 'Known' as const }],
      [peerId('e'), { addresses: [], keys: new Set<never>(), role: 'Unknown' as const }],
    ]);
    expect(parsePeerSetYaml(formatPeerSetYaml(peers))).toEqual(peers);
    expect(parsePeerSetYaml(formatPeerSetYaml(new Map()))).toEqual(new Map());
  });

  it('are refused with the place', () => {
    expect(() => parsePeerSetYaml(`${peerId('a')}: {role: King}`)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_PEER_SET_FILE',
        message: expect.stringContaining(`role of peer ${peerId('a')}`) as string,
      }),
    );
  });

  it('do not unfold aliases without bound', () => {
    const levels = Array.from(
      { length: 20 },
      (_, i) => `k${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, `.repeat(9)}]`,
    );
    expect(() => parsePeerSetYaml(levels.join('\n'))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_PEER_SET_FILE' }),
    );
  });
});

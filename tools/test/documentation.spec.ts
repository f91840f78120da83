import {
  addressProtocols,
  decodeNetworkAddress,
  encodeNetworkAddress,
  parseNetworkAddress,
} from '../../packages/network-address/src/index.js';
import { bytesToHex } from '../../packages/types/src/index.js';
import { filesBelow, read } from './repository.js';

/** Whole addresses: a base and perhaps more, without placeholders. */
const ADDRESS = /\/(?:ip4|ip6|dns|dns4|dns6)\/[\w.:-]+\/tcp\/\d+(?:\/ln-[\w-]+\/\w+)*/g;

// The reference's documents show wrong port bytes, a pair of keys that is none, and a version that does not exist.
describe('Documents', () => {
  const documents = [
    'README.md',
    ...['packages', 'docs', 'examples'].flatMap((folder) => filesBelow(folder, '.md')),
  ]
    .filter((path) => !path.includes('/fixtures/') && path !== 'docs/conformance.md')
    .map((path) => ({ path, text: read(path) }));

  it('show addresses that parse, of the one handshake version there is [D-49]', () => {
    let seen = 0;
    for (const { path, text } of documents) {
      for (const [address] of text.matchAll(ADDRESS)) {
        seen++;
        const protocols = addressProtocols(parseNetworkAddress(address));
        const versions = protocols.filter(({ type }) => type === 'ln-handshake').map(({ value }) => value);
        expect({ path, address, versions: versions.filter((version) => version !== 0) }).toEqual({
          path,
          address,
          versions: [],
        });
      }
    }
    expect(seen).toBeGreaterThan(5);
  });

  it('could show the bytes of an address: port 80 is 50 00 [D-49]', () => {
    const address = parseNetworkAddress('/ip4/10.0.0.16/tcp/80');
    expect(bytesToHex(encodeNetworkAddress(address)).slice(-4)).toBe('5000');
    expect(decodeNetworkAddress(encodeNetworkAddress(address))).toBe(address);
  });

  it('show no private key, hence none that does not fit its public key [D-49]', () => {
    for (const { path, text } of documents) {
      for (const [line] of text.matchAll(/^.*\b[0-9a-f]{64}\b.*$/gm)) {
        expect({ path, line }).not.toMatchObject({
          line: expect.stringMatching(/private|secret/i) as string,
        });
      }
    }
  });
});

import { PUBLIC_NETWORK, VALIDATOR_NETWORK, VFN_NETWORK, privateNetwork } from '@diemnet/types';
import { upstreamRoles } from '../src/index.js';
import { Harness, OUR_PEER_ID, address, key, peers, says } from './harness.js';

const ROLES = [
  'Unknown',
  'Known',
  'Downstream',
  'ValidatorFullNode',
  'Upstream',
  'PreferredUpstream',
  'Validator',
] as const;

const EVERY_ROLE = peers(
  Object.fromEntries(
    ROLES.map((role, i) => [i + 1, says({ role, keys: [key(i + 1)], addresses: [address(i + 1)] })]),
  ),
);

async function dialedRoles(
  networkId: typeof VALIDATOR_NETWORK,
  role: 'validator' | 'full_node',
  outboundLimit = 100,
) {
  const harness = new Harness({ outboundLimit }, { context: { role, networkId, peerId: OUR_PEER_ID } });
  harness.update(EVERY_ROLE);
  await harness.start();
  return harness.dials.map((dial) => EVERY_ROLE.get(dial.peerId)?.role);
}

describe('roles that are ours to dial', () => {
  it.each(['validator', 'full_node'] as const)(
    'are upstream ones on the public network, for a %s [C-340]',
    async (role) => {
      expect(await dialedRoles(PUBLIC_NETWORK, role)).toEqual([
        'PreferredUpstream',
        'Upstream',
        'ValidatorFullNode',
      ]);
      expect(await dialedRoles(PUBLIC_NETWORK, role, 2)).toEqual(['PreferredUpstream', 'Upstream']);
    },
  );

  it('are none for a validator on vfn [C-341]', async () => {
    expect(await dialedRoles(VFN_NETWORK, 'validator')).toEqual([]);
  });

  it('are validators for a full node on vfn [C-342]', async () => {
    expect(await dialedRoles(VFN_NETWORK, 'full_node')).toEqual(['Validator']);
  });

  it("are the operator's upstreams on another private network [C-343]", async () => {
    const expected = ['PreferredUpstream', 'Upstream'];
    expect(await dialedRoles(privateNetwork('lab'), 'full_node')).toEqual(expected);
    expect(await dialedRoles(privateNetwork('lab'), 'validator')).toEqual(expected);
  });

  it('are validators on the validator network [C-344]', async () => {
    expect(await dialedRoles(VALIDATOR_NETWORK, 'validator')).toEqual(['Validator']);
  });

  it('are a set that tells roles apart', () => {
    const roles = upstreamRoles({ networkId: PUBLIC_NETWORK, role: 'full_node' });
    expect([...roles]).toEqual(['PreferredUpstream', 'Upstream', 'ValidatorFullNode']);
  });
});

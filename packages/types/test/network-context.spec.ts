import {
  VALIDATOR_NETWORK,
  VFN_NETWORK,
  displayNetworkContext,
  networkContextFields,
  networkContextLabels,
  peerIdFromHex,
} from '../src/index.js';

const peerId = peerIdFromHex('3E6DF9EEA6ED269EB41D93C22757B75A');

it('is shown with role, bare network name and PeerId in lower-case hex [C-472]', () => {
  expect(networkContextFields({ role: 'full_node', networkId: VFN_NETWORK, peerId })).toEqual({
    role: 'full_node',
    network_id: 'vfn',
    peer_id: '3e6df9eea6ed269eb41d93c22757b75a',
  });
  expect(networkContextFields({ role: 'validator', networkId: VALIDATOR_NETWORK, peerId }).network_id).toBe(
    'Validator',
  );
});

it('labels metrics with the short PeerId', () => {
  expect(networkContextLabels({ role: 'validator', networkId: VALIDATOR_NETWORK, peerId })).toEqual({
    role_type: 'validator',
    network_id: 'Validator',
    peer_id: '3e6df9ee',
  });
});

it('has a text form for messages', () => {
  expect(displayNetworkContext({ role: 'full_node', networkId: VFN_NETWORK, peerId })).toBe(
    '[full_node,vfn,3e6df9ee]',
  );
});

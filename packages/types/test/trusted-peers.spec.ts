import { TrustedPeers, ZERO_PEER_ID, peerIdFromHex, type PeerId, type TrustedPeer } from '../src/index.js';

it('shows the current set to whoever looks', () => {
  const other = peerIdFromHex('11'.repeat(16));
  const peer: TrustedPeer = { keys: new Set(), role: 'Validator' };
  const trusted = new TrustedPeers();
  expect(trusted.size).toBe(0);
  trusted.replace(new Map<PeerId, TrustedPeer>([[other, peer]]));
  expect(trusted.get(other)).toBe(peer);
  expect(trusted.get(ZERO_PEER_ID)).toBeUndefined();
  expect([...trusted.entries()]).toEqual([[other, peer]]);
  trusted.replace(new Map());
  expect(trusted.get(other)).toBeUndefined();
});

import type { PeerSet, TrustedPeers } from '@diemnet/types';
import { Harness, address, key, peer, peers, says } from './harness.js';

function contentOf(trusted: TrustedPeers): Record<string, string[]> {
  return Object.fromEntries([...trusted.entries()].map(([peerId, { keys }]) => [peerId, [...keys].sort()]));
}

/** A set that only lists keys. */
function keysOnly(set: Record<number, number[]>): PeerSet {
  return peers(
    Object.fromEntries(Object.entries(set).map(([n, keys]) => [n, says({ keys: keys.map(key) })])),
  );
}

describe('the trusted set', () => {
  it('follows the on-chain set, and the same update again changes nothing [C-318] [C-319]', () => {
    const harness = new Harness();
    harness.update(keysOnly({ 1: [1] }));
    expect(contentOf(harness.trusted)).toEqual({ [peer(1)]: [key(1)] });
    const replace = jest.spyOn(harness.trusted, 'replace');
    harness.update(keysOnly({ 1: [1] }));
    expect(replace).not.toHaveBeenCalled();
  });

  it('is empty after an empty update of the only source [C-320]', () => {
    const harness = new Harness();
    harness.update(keysOnly({ 1: [1] }));
    harness.update(peers({}));
    expect(harness.trusted.size).toBe(0);
  });

  it('unites the keys of all sources, empties with them, and changes only when keys do [C-321] [C-322] [C-323]', () => {
    const harness = new Harness();
    harness.update(keysOnly({ 1: [1] }));
    harness.update(keysOnly({ 1: [2], 2: [1] }), 'Config');
    expect(contentOf(harness.trusted)).toEqual({ [peer(1)]: [key(1), key(2)], [peer(2)]: [key(1)] });

    harness.update(keysOnly({ 1: [2], 2: [1] }));
    const replace = jest.spyOn(harness.trusted, 'replace');
    harness.update(peers({}), 'Config');
    expect(replace).not.toHaveBeenCalled();
    expect(contentOf(harness.trusted)).toEqual({ [peer(1)]: [key(2)], [peer(2)]: [key(1)] });

    harness.update(peers({}));
    expect(harness.trusted.size).toBe(0);
  });

  it('holds the keys inside the addresses of a peer with a listed key too', () => {
    const harness = new Harness();
    harness.update(peers({ 1: says({ keys: [key(1)], addresses: [address(5, key(9))] }) }));
    expect(contentOf(harness.trusted)).toEqual({ [peer(1)]: [key(1), key(9)] });
  });

  it('leaves out a peer with an address and no listed key, which is not dialed either [C-325]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: says({ addresses: [address(1)] }) }));
    await harness.start();
    await harness.tick();
    expect(harness.trusted.size).toBe(0);
    harness.expectNoDial();
    expect(harness.manager.explain(peer(1)).dial.notDialed).toBe('not-eligible');
  });

  it('holds a peer with a key and no address, which is not dialed [C-326]', async () => {
    const harness = new Harness();
    harness.update(keysOnly({ 1: [1] }));
    await harness.start();
    await harness.tick();
    expect(contentOf(harness.trusted)).toEqual({ [peer(1)]: [key(1)] });
    harness.expectNoDial();
  });

  it('keeps what another source says of a peer that one source drops [C-327]', () => {
    const harness = new Harness();
    const own = says({ keys: [key(1)], addresses: [address(1)] });
    harness.update(peers({ 1: own }), 'File');
    harness.update(peers({ 1: says({ keys: [key(2)], addresses: [address(2)] }) }));
    harness.update(peers({}));
    expect(contentOf(harness.trusted)).toEqual({ [peer(1)]: [key(1)] });
    expect(harness.manager.explain(peer(1)).addresses).toEqual([{ address: address(1), dialable: true }]);
  });

  it('takes the role from the source of highest priority that names one [C-328] [D-18]', () => {
    const harness = new Harness();
    harness.update(peers({ 1: says({ keys: [key(1)], role: 'Upstream' }) }), 'Config');
    expect(harness.trusted.get(peer(1))?.role).toBe('Upstream');
    harness.update(peers({ 1: says({ keys: [key(1)], role: 'ValidatorFullNode' }) }));
    expect(harness.trusted.get(peer(1))?.role).toBe('ValidatorFullNode');
    expect(harness.manager.explain(peer(1)).roleRule).toBe('highest-priority-source');
    harness.update(peers({}));
    expect(harness.trusted.get(peer(1))?.role).toBe('Upstream');
  });

  it('lets PreferredUpstream win from any source [C-328] [D-18]', () => {
    const harness = new Harness();
    harness.update(peers({ 1: says({ keys: [key(1)], role: 'ValidatorFullNode' }) }));
    harness.update(peers({ 1: says({ keys: [key(1)], role: 'PreferredUpstream' }) }), 'Config');
    expect(harness.trusted.get(peer(1))?.role).toBe('PreferredUpstream');
    expect(harness.manager.explain(peer(1)).roleRule).toBe('preferred-upstream');
  });

  it('does not take Unknown for a statement about the role', () => {
    const harness = new Harness();
    harness.update(peers({ 1: says({ keys: [key(1)], role: 'Upstream' }) }), 'Config');
    harness.update(peers({ 1: says({ keys: [key(1)], role: 'Unknown' }) }), 'File');
    expect(harness.trusted.get(peer(1))?.role).toBe('Upstream');
  });

  it('follows a change of role or of the keys in addresses alone [D-18]', () => {
    const harness = new Harness();
    harness.update(peers({ 1: says({ keys: [key(1)], role: 'Known' }) }));
    harness.update(peers({ 1: says({ keys: [key(1)], role: 'Upstream' }) }));
    expect(harness.trusted.get(peer(1))?.role).toBe('Upstream');
    harness.update(peers({ 1: says({ keys: [key(1)], role: 'Upstream', addresses: [address(4)] }) }));
    expect(contentOf(harness.trusted)).toEqual({ [peer(1)]: [key(1), key(4)] });
  });

  it('warns about two peers with the same key, once, and trusts both [D-40]', () => {
    const harness = new Harness();
    const warnings = () => harness.logger.at('warn').filter(({ message }) => message.includes('share'));
    harness.update(keysOnly({ 1: [1], 2: [1] }));
    expect(warnings()).toHaveLength(1);
    harness.update(keysOnly({ 1: [1], 2: [1], 3: [3] }));
    expect(warnings()).toHaveLength(1);
    expect(harness.trusted.size).toBe(3);
    expect(JSON.stringify(warnings())).not.toContain(key(1));
  });

  it('stays as it was when an update cannot be read', () => {
    const harness = new Harness();
    harness.update(keysOnly({ 1: [1] }));
    const broken = peers({ 1: says({ keys: [key(2)], addresses: ['nonsense' as never] }) });
    expect(() => harness.update(broken)).toThrow();
    expect(contentOf(harness.trusted)).toEqual({ [peer(1)]: [key(1)] });
  });
});

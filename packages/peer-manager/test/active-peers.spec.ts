import { ActivePeers } from '../src/active-peers.js';
import { FakeConnection, fakePeerId as peerId, type FakeMetadata } from '../src/testing/index.js';

const metadata = (overrides: FakeMetadata = {}) => new FakeConnection(overrides).metadata;

const entry = (overrides: FakeMetadata = {}) => ({ metadata: metadata(overrides) });

describe('ActivePeers', () => {
  it('counts connections per direction through additions, replacements and removals', () => {
    const peers = new ActivePeers();
    const counts = () => [peers.count('inbound'), peers.count('outbound'), peers.size];
    const first = entry({ origin: 'inbound' });
    expect(peers.set(first)).toBeUndefined();
    peers.set(entry({ origin: 'outbound', remotePeerId: peerId(9) }));
    expect(counts()).toEqual([1, 1, 2]);
    const second = entry({ origin: 'outbound' });
    expect(peers.set(second)).toBe(first);
    expect(counts()).toEqual([0, 2, 2]);
    expect(peers.delete(second)).toBe(true);
    expect(counts()).toEqual([0, 1, 1]);
  });

  it('keeps the active connection when another one of the peer has ended [C-260]', () => {
    const peers = new ActivePeers();
    const ended = entry({ connectionId: 0 });
    const active = entry({ connectionId: 1 });
    peers.set(ended);
    peers.set(active);
    expect(peers.delete(ended)).toBe(false);
    expect(peers.get(peerId(2))).toBe(active);
    expect(peers.count('inbound')).toBe(1);
  });
});

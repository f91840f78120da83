import { decideAdmission, type AdmissionLimits, type UnknownInboundPeer } from '../src/admission.js';

const LIMITS: AdmissionLimits = {
  maxInboundConnections: 3,
  maxInboundConnectionsPerIp: Number.POSITIVE_INFINITY,
  maxInboundConnectionsPerNetwork: Number.POSITIVE_INFINITY,
  evictionGraceMs: 30_000,
  idleEvictionMs: 300_000,
  failingViolations: 5,
};
const NOW = 1_000_000;

function peer(overrides: Partial<UnknownInboundPeer> & { name?: string } = {}) {
  return {
    name: 'peer',
    remoteIp: '10.0.0.1',
    connectedAtMs: NOW - 100_000,
    lastUsefulAtMs: NOW - 1000,
    violations: 0,
    ...overrides,
  };
}

function decide(
  peers: ReturnType<typeof peer>[],
  { remoteIp = '10.9.9.9' as string | undefined, limits = {}, atMost = peers.length } = {},
) {
  return decideAdmission({
    remoteIp,
    limits: { ...LIMITS, ...limits },
    atMost,
    unknownInbound: () => peers,
    nowMs: NOW,
  });
}

const useful = (...ips: string[]) => ips.map((remoteIp) => peer({ remoteIp }));

describe('decideAdmission', () => {
  it('admits while there is room, without looking at the connected peers', () => {
    const unknownInbound = jest.fn();
    const decision = decideAdmission({
      remoteIp: '10.0.0.1',
      limits: LIMITS,
      atMost: 2,
      unknownInbound,
      nowMs: NOW,
    });
    expect(decision).toEqual({ admit: true, reason: 'room' });
    expect(unknownInbound).not.toHaveBeenCalled();
  });

  it('counts again when the upper bound reaches the limit, since trusted peers may be among them', () => {
    expect(decide(useful('10.0.0.1', '10.0.0.2'), { atMost: 50 })).toEqual({ admit: true, reason: 'room' });
  });

  it('refuses everybody at a limit of 0', () => {
    expect(decide([], { limits: { maxInboundConnections: 0 } })).toEqual({ admit: false, reason: 'limit' });
  });

  it('refuses the newcomer when nobody is clearly less useful [D-37]', () => {
    expect(decide(useful('10.0.0.1', '10.0.0.2', '10.0.0.3'))).toEqual({ admit: false, reason: 'limit' });
  });

  it('refuses an address above its own limit, even when there is room [D-37]', () => {
    const peers = useful('10.0.0.1', '10.0.0.1');
    const limits = { maxInboundConnectionsPerIp: 2 };
    expect(decide(peers, { remoteIp: '10.0.0.1', limits })).toEqual({ admit: false, reason: 'per-ip-limit' });
    expect(decide(peers, { remoteIp: '10.0.0.2', limits })).toEqual({ admit: true, reason: 'room' });
    expect(decide(peers, { remoteIp: undefined, limits })).toEqual({ admit: true, reason: 'room' });
  });

  it('caps an IPv6 /64 like one machine, and a /24 or /48 like one network [D-37]', () => {
    const v6 = useful('2001:db8:1:2::1', '2001:db8:1:2::2');
    const perIp = { maxInboundConnectionsPerIp: 2 };
    expect(decide(v6, { remoteIp: '2001:db8:1:2:9::', limits: perIp })).toMatchObject({
      reason: 'per-ip-limit',
    });
    expect(decide(v6, { remoteIp: '2001:db8:1:3::1', limits: perIp })).toMatchObject({ admit: true });
    const perNetwork = { maxInboundConnectionsPerNetwork: 2 };
    expect(decide(v6, { remoteIp: '2001:db8:1:3::1', limits: perNetwork })).toEqual({
      admit: false,
      reason: 'per-network-limit',
    });
    const v4 = useful('10.0.0.1', '10.0.0.2');
    expect(decide(v4, { remoteIp: '10.0.0.3', limits: perNetwork })).toMatchObject({ admit: false });
    expect(decide(v4, { remoteIp: '10.0.1.3', limits: perNetwork })).toMatchObject({ admit: true });
  });

  it('lets the address with the most connections make room for another address [D-37]', () => {
    const peers = [
      ...useful('10.0.0.2'),
      peer({ name: 'old' }),
      peer({ name: 'older', lastUsefulAtMs: NOW - 2000 }),
    ];
    expect(decide(peers)).toEqual({ admit: true, reason: 'over-share', evict: peers[2] });
    // The newcomer's address would have as many as those that it pushes out.
    expect(decide(peers, { remoteIp: '10.0.0.2' })).toEqual({ admit: false, reason: 'limit' });
  });

  it('evicts a peer that violates the protocol, the worst first [D-37]', () => {
    const peers = [
      ...useful('10.0.0.1'),
      peer({ remoteIp: '10.0.0.2', violations: 5 }),
      peer({ remoteIp: '10.0.0.3', violations: 7 }),
    ];
    expect(decide(peers)).toEqual({ admit: true, reason: 'failing', evict: peers[2] });
    expect(decide(peers, { limits: { failingViolations: 8 } })).toEqual({ admit: false, reason: 'limit' });
  });

  it('evicts a peer that says nothing to any application, the longest idle first [D-37]', () => {
    const peers = [
      ...useful('10.0.0.1'),
      peer({ remoteIp: '10.0.0.2', connectedAtMs: 0, lastUsefulAtMs: NOW - 300_000 }),
      peer({ remoteIp: '10.0.0.3', connectedAtMs: 0, lastUsefulAtMs: NOW - 300_001 }),
    ];
    expect(decide(peers)).toEqual({ admit: true, reason: 'idle', evict: peers[2] });
  });

  it('spares peers that connected a moment ago', () => {
    const fresh = { connectedAtMs: NOW - 29_999, violations: 9 };
    expect(decide([peer(fresh), peer(fresh), peer(fresh)])).toEqual({ admit: false, reason: 'limit' });
  });

  it('does not count connections without an address against each other', () => {
    const nowhere = { remoteIp: undefined };
    expect(decide([peer(nowhere), peer(nowhere), peer(nowhere)])).toEqual({ admit: false, reason: 'limit' });
  });
});

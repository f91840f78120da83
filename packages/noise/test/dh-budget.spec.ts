import { portableBackend } from '@diemnet/noise';
import { testIdentity } from '@diemnet/noise/testing';
import { TrustedPeers } from '@diemnet/types';
import { MockTime } from '@diemnet/types/testing';
import { DhBudget } from '../src/dh-budget.js';
import { HandshakeHarness } from './support/handshakes.js';

describe('DhBudget', () => {
  it('gives what was saved up, then what the rate earns on the given clock [D-07]', () => {
    const time = new MockTime();
    const budget = new DhBudget({ perSecond: 10, burst: 4 }, time);
    expect([budget.take(2), budget.take(2), budget.take(2)]).toEqual([true, true, false]);
    time.advance(199);
    expect(budget.take(2)).toBe(false);
    time.advance(1);
    expect(budget.take(2)).toBe(true);
    time.advance(60_000);
    expect([budget.take(4), budget.take(1)]).toEqual([true, false]);
  });

  it('lets who has begun finish, on credit', () => {
    const time = new MockTime();
    const budget = new DhBudget({ perSecond: 10, burst: 2 }, time);
    expect(budget.take(2)).toBe(true);
    budget.spend(2);
    time.advance(300);
    expect(budget.take(2)).toBe(false);
    time.advance(100);
    expect(budget.take(2)).toBe(true);
  });

  it('may be without limit, and may be nothing', () => {
    const time = new MockTime();
    const [unlimited, nothing] = [Number.POSITIVE_INFINITY, 0].map(
      (n) => new DhBudget({ perSecond: n, burst: n }, time),
    );
    for (let i = 0; i < 1000; i++) expect(unlimited?.take(2)).toBe(true);
    time.advance(1e9);
    expect(nothing?.take(1)).toBe(false);
  });
});

describe('a listener with a budget of Diffie-Hellman operations', () => {
  it('refuses strangers beyond it and still takes trusted peers [D-07] [D-37]', async () => {
    const trusted = testIdentity(7, { backend: portableBackend });
    const harness = new HandshakeHarness(
      portableBackend,
      'maybe-mutual',
      new TrustedPeers(new Map([trusted.trusted])),
    );
    harness.listener = harness.upgrader({
      identity: harness.listenerIdentity,
      strangerDh: { perSecond: 4, burst: 4 },
    });
    const [first, second] = [await harness.handshake(), await harness.handshake()];
    expect(first.listener).toMatchObject({ role: 'Unknown' });
    expect(second.listener).toMatchObject({ code: 'ERR_NOISE_BUSY' });
    expect(second.listenerWrote).toEqual([]);
    const known = await harness.handshake({ dialer: harness.upgrader({ identity: trusted }) });
    expect(known.listener).toMatchObject({ remotePeerId: trusted.peerId });
    harness.time.advance(1000);
    expect((await harness.handshake()).listener).toMatchObject({ role: 'Unknown' });
  });

  it('does not let the claim of a trusted PeerId cost more than its own budget [D-07]', async () => {
    const harness = new HandshakeHarness(portableBackend, 'mutual');
    harness.listener = harness.upgrader({
      identity: harness.listenerIdentity,
      trustedDh: { perSecond: 4, burst: 4 },
    });
    // The claim is right and the key is not: two operations are done before that can be seen.
    const liar = testIdentity(9, { backend: portableBackend });
    const dialer = harness.upgrader({ identity: { ...liar, peerId: harness.dialerIdentity.peerId } });
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await harness.handshake({ dialer })).listener);
    expect(codes).toMatchObject([
      { code: 'ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY' },
      { code: 'ERR_NOISE_UNAUTHENTICATED_CLIENT_PUBKEY' },
      { code: 'ERR_NOISE_BUSY' },
    ]);
  });

  it('does not count who is refused without any operation', async () => {
    const harness = new HandshakeHarness(portableBackend, 'mutual');
    harness.listener = harness.upgrader({
      identity: harness.listenerIdentity,
      strangerDh: { perSecond: 0, burst: 0 },
    });
    const stranger = testIdentity(9, { backend: portableBackend });
    const refused = await harness.handshake({ dialer: harness.upgrader({ identity: stranger }) });
    expect(refused.listener).toMatchObject({ code: 'ERR_NOISE_UNAUTHENTICATED_CLIENT' });
    expect((await harness.handshake()).listener).toMatchObject({ role: 'Validator' });
  });

  it.each([
    { perSecond: -1, burst: 1 },
    { perSecond: 1, burst: Number.NaN },
  ])('refuses %o', (strangerDh) => {
    const harness = new HandshakeHarness(portableBackend, 'mutual');
    expect(() => harness.upgrader({ strangerDh })).toThrow(
      expect.objectContaining({ code: 'ERR_NOISE_INVALID_OPTION' }),
    );
  });
});

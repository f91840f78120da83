import { FULL_NODE, Harness, address, key, peer, peers, says, validators } from './harness.js';

describe('explain', () => {
  it('tells sources, keys, role, eligibility and the dial that waits', async () => {
    const harness = new Harness(
      { seeds: peers({ 1: says({ keys: [key(2)], role: 'Upstream' }) }) },
      { context: FULL_NODE },
    );
    harness.update(validators(1, 'ValidatorFullNode'));
    await harness.start();
    harness.expectDial(peer(1)).fail();
    await harness.advance(5_500);
    const explanation = harness.manager.explain(peer(1));
    expect(explanation).toEqual({
      peerId: peer(1),
      sources: [
        { source: 'OnChainValidatorSet', role: 'ValidatorFullNode', keys: [key(1)], addresses: [address(1)] },
        { source: 'Config', role: 'Upstream', keys: [key(2)], addresses: [] },
      ],
      role: 'ValidatorFullNode',
      roleRule: 'highest-priority-source',
      keys: [key(1), key(2)],
      addresses: [{ address: address(1), dialable: true }],
      eligible: true,
      oursToDial: true,
      dial: {
        current: { phase: 'waiting', address: address(1), dueInMs: 1_500 },
        attempts: 2,
        lastFailure: {
          code: 'ERR_DIAL_FAILED',
          message: 'ERR_DIAL_FAILED: test failure ERR_DIAL_FAILED',
          address: address(1),
          unixTimeMs: expect.any(Number),
        },
        notDialed: undefined,
      },
      connection: undefined,
    });
    expect(JSON.parse(JSON.stringify(explanation))).toMatchObject({ eligible: true });
  });

  it('tells why a peer is not dialed', async () => {
    const harness = new Harness({ outboundLimit: 1 }, { context: FULL_NODE });
    harness.update(validators(2, 'Upstream'));
    harness.update(
      peers({
        3: says({ addresses: [address(3)], role: 'Upstream' }),
        4: says({ keys: [key(4)], role: 'Upstream' }),
        5: says({ keys: [key(5)], addresses: [address(5)], role: 'Downstream' }),
      }),
      'File',
    );
    const why = (n: number) => harness.manager.explain(peer(n)).dial.notDialed;
    expect(why(1)).toBe('next-tick');
    await harness.start();
    const [dial] = harness.expectDials(1);
    const other = dial!.peerId === peer(1) ? 2 : 1;
    await harness.connect(dial!);
    expect(harness.manager.explain(dial!.peerId).dial.notDialed).toBe('connected');
    expect([other, 3, 4, 5, 6].map(why)).toEqual([
      'outbound-limit',
      'not-eligible',
      'no-dialable-address',
      'not-ours-to-dial',
      'unknown-peer',
    ]);
  });

  it('tells about the connection', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    const metadata = await harness.expectDialAndConnect(peer(1));
    expect(harness.manager.explain(peer(1)).connection).toEqual({
      connectionId: metadata.connectionId,
      origin: 'outbound',
      address: address(1),
      publicKey: key(1),
      verdict: 'keep',
    });
    expect(harness.manager.peerIds()).toEqual([peer(1)]);
  });
});

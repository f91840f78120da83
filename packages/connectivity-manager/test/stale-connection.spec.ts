import {
  FULL_NODE,
  Harness,
  address,
  key,
  peer,
  peers,
  says,
  validators,
  type RequestedDial,
} from './harness.js';

describe('connections that are no longer in order', () => {
  it('are closed when their peer loses its keys, at once [C-304] [D-19]', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    await harness.expectDialAndConnect(peer(1));
    harness.update(peers({ 1: says({ addresses: [address(1)] }) }));
    harness.expectDisconnect(peer(1), 'not-trusted');
  });

  it('are asked to close again at the next tick if that failed [C-305]', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    await harness.expectDialAndConnect(peer(1));
    harness.update(peers({}));
    for (let i = 0; i < 3; i++) {
      harness.expectDisconnect(peer(1), 'not-trusted').fail('ERR_TEST');
      await harness.tick();
    }
    harness.expectDisconnect(peer(1));
    expect(harness.logger.events).toContainEqual(
      expect.objectContaining({
        level: 'info',
        message: 'stale connection could not be closed',
        fields: expect.objectContaining({ remote_peer: peer(1).toUpperCase(), error: 'ERR_TEST' }),
      }),
    );
  });

  it('are done with when closing fails because the peer has gone [C-308]', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    const metadata = await harness.expectDialAndConnect(peer(1));
    harness.update(peers({}));
    harness.expectDisconnect(peer(1)).fail('ERR_NOT_CONNECTED');
    await harness.injectLostPeer(metadata);
    await harness.tick();
    harness.expectNoDial();
    harness.expectNoDisconnect();
    expect(harness.manager.connectedCount).toBe(0);
    expect(harness.manager.dialQueueSize).toBe(0);
  });

  it('hold up nothing else when their closing is never acknowledged [C-348] [D-01]', async () => {
    const harness = new Harness();
    harness.update(validators(2));
    await harness.start();
    for (const dial of harness.expectDials(2)) await harness.connect(dial);
    harness.update(peers({}));
    expect(harness.disconnects).toHaveLength(2);
    harness.disconnects.length = 0;
    harness.update(new Map([...validators(3)].slice(2)));
    await harness.tick();
    harness.expectDial(peer(3));
    // One unanswered request per connection is enough.
    harness.expectNoDisconnect();
  });

  it('are closed when they come up for a peer that has lost its eligibility meanwhile', async () => {
    const harness = new Harness({ mutualAuthentication: true });
    harness.update(validators(1));
    await harness.start();
    const dial = harness.expectDial(peer(1));
    harness.update(peers({}));
    await harness.connect(dial, { remotePublicKey: key(1) });
    await harness.advance(100);
    harness.expectDisconnect(peer(1), 'not-trusted');
  });

  describe.each([
    { mutual: false, origin: 'inbound', role: 'Unknown', kept: true, row: '[C-336]' },
    { mutual: false, origin: 'inbound', role: 'Downstream', kept: false, row: '[C-337]' },
    { mutual: false, origin: 'outbound', role: 'Unknown', kept: false, row: '[C-338]' },
    { mutual: true, origin: 'inbound', role: 'Unknown', kept: false, row: '[C-339]' },
    { mutual: true, origin: 'outbound', role: 'Validator', kept: false, row: '[C-339]' },
  ] as const)('without eligibility, $origin, role $role, mutual authentication $mutual', (given) => {
    it(`${given.kept ? 'stay' : 'are closed'} ${given.row}`, async () => {
      const harness = new Harness({ mutualAuthentication: given.mutual }, { context: FULL_NODE });
      await harness.start();
      await harness.injectNewPeer(peer(7), { origin: given.origin, role: given.role });
      await harness.tick();
      if (given.kept) harness.expectNoDisconnect();
      else harness.expectDisconnect(peer(7), 'not-trusted');
    });
  });
});

describe('connections under a key that their peer has given up', () => {
  const rotated = peers({ 1: says({ addresses: [address(1, key(20))], keys: [key(20)] }) });

  it('are closed at once if the peer is not ours to dial [C-347] [D-19]', async () => {
    const harness = new Harness({ mutualAuthentication: true });
    harness.update(peers({ 1: says({ keys: [key(1)] }) }));
    await harness.start();
    await harness.injectNewPeer(peer(1), { origin: 'inbound', remotePublicKey: key(1) });
    harness.update(peers({ 1: says({ keys: [key(20)] }) }));
    harness.expectDisconnect(peer(1), 'stale-key');
  });

  it('stay while the key is one of several', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    await harness.expectDialAndConnect(peer(1));
    harness.update(peers({ 1: says({ addresses: [address(1)], keys: [key(1), key(20)] }) }));
    await harness.tick();
    harness.expectNoDisconnect();
  });

  it('are replaced by a dial to the new key before they end [D-19]', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    const previous = await harness.expectDialAndConnect(peer(1));
    harness.update(rotated);
    harness.expectNoDisconnect();
    await harness.advance(0);
    const dial = harness.expectDial(peer(1), address(1, key(20)));
    expect(dial.replace).toBe(true);
    const metadata = harness.metadata(peer(1), { remotePublicKey: key(20), address: dial.address });
    await harness.inject({ type: 'updated-peer', metadata, previous });
    dial.succeed(metadata);
    for (let i = 0; i < 3; i++) await harness.tick();
    harness.expectNoDisconnect();
    harness.expectNoDial();
    expect(harness.manager.explain(peer(1)).connection).toMatchObject({
      publicKey: key(20),
      verdict: 'keep',
    });
  });

  it('end after one interval at most if the new key cannot be reached [C-347]', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    const metadata = await harness.expectDialAndConnect(peer(1));
    await harness.advance(3_000);
    harness.update(rotated);
    await harness.advance(0);
    harness.expectDial(peer(1)).fail();
    await harness.advance(4_999);
    harness.expectNoDisconnect();
    await harness.advance(1);
    harness.expectDisconnect(peer(1), 'stale-key').succeed();
    await harness.injectLostPeer(metadata);
    await harness.tick();
    await harness.awaitDial(peer(1), address(1, key(20)));
  });

  it.each(['the old one won the tie', 'PeerManager does not dial a connected peer'])(
    'end at once when they will not be replaced: %s',
    async (why) => {
      const harness = new Harness();
      harness.update(validators(1));
      await harness.start();
      const old = await harness.expectDialAndConnect(peer(1));
      harness.update(rotated);
      await harness.advance(0);
      const dial = harness.expectDial(peer(1));
      if (why.startsWith('the old')) dial.succeed(old);
      else dial.fail('ERR_ALREADY_CONNECTED');
      await harness.advance(0);
      harness.expectDisconnect(peer(1), 'stale-key');
    },
  );

  it('end at once when their successor would exceed the outbound limit', async () => {
    const harness = new Harness({ outboundLimit: 0 }, { context: FULL_NODE });
    harness.update(validators(1, 'Upstream'));
    await harness.start();
    await harness.injectNewPeer(peer(1), { origin: 'inbound' });
    harness.update(
      peers({ 1: says({ addresses: [address(1, key(20))], keys: [key(20)], role: 'Upstream' }) }),
    );
    harness.expectDisconnect(peer(1), 'stale-key');
  });

  it('end at once when the peer stops being eligible while it is being replaced', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    await harness.expectDialAndConnect(peer(1));
    harness.update(rotated);
    await harness.advance(0);
    const dial = harness.expectDial(peer(1));
    harness.update(peers({}));
    expect(dial.signal?.aborted).toBe(true);
    harness.expectDisconnect(peer(1), 'not-trusted');
  });
});

describe('a changed key of our own', () => {
  it('makes the connections that we dialed anew, while the old ones stay [D-19]', async () => {
    const harness = new Harness();
    harness.update(validators(2));
    await harness.start();
    const [one, two] = harness.expectDials(2) as [RequestedDial, RequestedDial];
    const previous = await harness.connect(one);
    two.fail();
    await harness.injectNewPeer(two.peerId, { origin: 'inbound' });
    harness.manager.renewConnections(60_000);
    await harness.advance(0);
    const refused = harness.expectDial(one.peerId, one.address);
    expect(refused.replace).toBe(true);
    refused.fail();
    await harness.advance(1_999);
    harness.expectNoDial();
    await harness.advance(1);
    const accepted = harness.expectDial(one.peerId, one.address);
    const metadata = harness.metadata(one.peerId, { address: one.address });
    await harness.inject({ type: 'updated-peer', metadata, previous });
    accepted.succeed(metadata);
    await harness.advance(60_000);
    harness.expectNoDial();
    harness.expectNoDisconnect();
  });

  it.each(['the time is up', 'the peer is lost', 'the manager stops'])('is given up when %s', async (why) => {
    const harness = new Harness({ checkIntervalMs: 1_000_000 });
    harness.update(validators(1));
    await harness.start();
    const metadata = await harness.expectDialAndConnect(peer(1));
    harness.manager.renewConnections(5_000);
    await harness.advance(0);
    const dial = harness.expectDial(peer(1));
    if (why === 'the time is up') {
      dial.fail();
      await harness.advance(2_000);
      harness.expectDial(peer(1)).fail();
      await harness.advance(2_000);
      harness.expectDial(peer(1)).fail();
    } else {
      if (why === 'the peer is lost') await harness.injectLostPeer(metadata);
      else await harness.manager.stop();
      expect(dial.signal?.aborted).toBe(true);
    }
    await harness.advance(20_000);
    harness.expectNoDial();
    harness.expectNoDisconnect();
  });

  it('of a greater peer that dialed us: it dials again, and has an interval for it', async () => {
    const greater = 0x10000;
    const set = (it: number) =>
      peers({ [greater]: says({ addresses: [address(1, key(it))], keys: [key(it)] }) });
    const harness = new Harness();
    harness.update(set(1));
    await harness.start();
    harness.expectDial(peer(greater)).fail();
    const previous = await harness.injectNewPeer(peer(greater), {
      origin: 'inbound',
      remotePublicKey: key(1),
    });
    harness.update(set(20));
    await harness.advance(1_000);
    harness.expectNoDial();
    harness.expectNoDisconnect();
    const metadata = harness.metadata(peer(greater), { origin: 'inbound', remotePublicKey: key(20) });
    await harness.inject({ type: 'updated-peer', metadata, previous });
    for (let i = 0; i < 3; i++) await harness.tick();
    harness.expectNoDial();
    harness.expectNoDisconnect();
  });

  it('of a greater peer that dialed us and does not dial again ends the connection after an interval', async () => {
    const greater = 0x10000;
    const set = (it: number) =>
      peers({ [greater]: says({ addresses: [address(1, key(it))], keys: [key(it)] }) });
    const harness = new Harness();
    harness.update(set(1));
    await harness.start();
    harness.expectDial(peer(greater)).fail();
    await harness.injectNewPeer(peer(greater), { origin: 'inbound', remotePublicKey: key(1) });
    harness.update(set(20));
    await harness.advance(4_999);
    harness.expectNoDisconnect();
    await harness.advance(1);
    harness.expectDisconnect(peer(greater), 'stale-key');
  });
});

import { TrustedPeers } from '@diemnet/types';
import { ConnectivityManager, ConnectivityManagerError } from '../src/index.js';
import {
  FULL_NODE,
  Harness,
  OUR_PEER_ID,
  VALIDATOR,
  address,
  key,
  peer,
  peers,
  says,
  validators,
} from './harness.js';

const SEED = says({ addresses: [address(1)], keys: [key(1)] });

describe('ConnectivityManager: dialing what discovery names', () => {
  it('dials a seed at its address [C-298]', async () => {
    const harness = new Harness({ seeds: peers({ 1: SEED }) });
    await harness.start();
    harness.expectDial(peer(1), address(1));
  });

  it('does not dial a connected peer that another source reports again [C-299]', async () => {
    const harness = new Harness({ seeds: peers({ 1: SEED }) });
    await harness.start();
    await harness.expectDialAndConnect(peer(1));
    harness.update(peers({ 1: SEED }));
    await harness.tick();
    await harness.tick();
    harness.expectNoDial();
  });

  it('dials the on-chain address before the one of the seed [C-300]', async () => {
    const harness = new Harness({ seeds: peers({ 1: SEED }) });
    await harness.start();
    const metadata = await harness.expectDialAndConnect(peer(1), address(1));
    harness.update(peers({ 1: says({ addresses: [address(2, key(1))], keys: [key(1)] }) }));
    await harness.injectLostPeer(metadata);
    (await harness.awaitDial(peer(1), address(2, key(1)))).fail();
    await harness.awaitDial(peer(1), address(1));
  });

  it('keeps a connection whose peer has a new address, and dials that when it is lost [C-301]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    const metadata = await harness.expectDialAndConnect(peer(1), address(1));
    const moved = address(2, key(1));
    harness.update(peers({ 1: says({ addresses: [moved], keys: [key(1)] }) }));
    await harness.tick();
    harness.expectNoDial();
    harness.expectNoDisconnect();
    await harness.injectLostPeer(metadata);
    await harness.tick();
    harness.expectDial(peer(1), moved);
  });

  it('removes a lost peer whatever address its connection had [C-302]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    const metadata = await harness.expectDialAndConnect(peer(1));
    await harness.injectLostPeer({ ...metadata, address: address(77) });
    expect(harness.manager.connectedCount).toBe(0);
  });

  it('takes over the metadata of a connection that replaced another, for limit and judgement [D-06]', async () => {
    const harness = new Harness({ outboundLimit: 1 }, { context: FULL_NODE });
    harness.update(validators(2, 'Upstream'));
    await harness.start();
    const [dial] = harness.expectDials(1);
    const previous = await harness.connect(dial!);
    const metadata = harness.metadata(dial!.peerId, { origin: 'inbound' });
    await harness.inject({ type: 'updated-peer', metadata, previous });
    expect(harness.manager.explain(dial!.peerId).connection).toMatchObject({ origin: 'inbound' });
    await harness.tick();
    // Not outbound any more: there is room for the other one.
    harness.expectDials(1);
    expect(harness.manager.connectedCount).toBe(1);
  });

  it('ignores the loss of a peer that it does not hold for connected', async () => {
    const harness = new Harness();
    await harness.start();
    await harness.injectLostPeer(harness.metadata(peer(5)));
    expect(harness.logger.events).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'stale lost-peer ignored' }),
    );
  });

  it('dials a lost peer again [C-303]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    const metadata = await harness.expectDialAndConnect(peer(1));
    await harness.injectLostPeer(metadata);
    await harness.tick();
    harness.expectDial(peer(1), address(1));
  });

  it('dials again after a dial failed [C-306]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    harness.expectDial(peer(1)).fail();
    await harness.awaitDial(peer(1), address(1), 8_000);
  });

  it('does not dial a peer that connected after its dial had failed [C-307]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    harness.expectDial(peer(1)).fail('ERR_ALREADY_CONNECTED');
    await harness.injectNewPeer(peer(1), { origin: 'inbound' });
    for (let i = 0; i < 5; i++) await harness.tick();
    harness.expectNoDial();
    expect(harness.manager.dialQueueSize).toBe(0);
  });

  it('dials once per look as long as dials fail [C-309]', async () => {
    // Looks further apart than the longest delay.
    const harness = new Harness({ checkIntervalMs: 100_000 });
    harness.update(peers({ 1: SEED }));
    await harness.start();
    for (let i = 0; i < 10; i++) {
      harness.expectDial(peer(1)).fail();
      await harness.tick();
      await harness.advance(99_000 - (harness.time.now() % 100_000));
    }
    await harness.expectDialAndConnect(peer(1));
    await harness.tick();
    await harness.tick();
    harness.expectNoDial();
  });

  it('leaves a connected peer alone while another one cannot be reached [C-310]', async () => {
    const harness = new Harness();
    harness.update(validators(2));
    await harness.start();
    const dials = harness.expectDials(2);
    const reachable = dials.find((dial) => dial.peerId === peer(2));
    const unreachable = dials.find((dial) => dial.peerId === peer(1));
    await harness.connect(reachable!);
    unreachable!.fail();
    for (let i = 0; i < 9; i++) (await harness.awaitDial(peer(1))).fail();
  });

  it('goes on to the second address after the first failed, and back to the first [C-311] [C-312]', async () => {
    const harness = new Harness();
    const other = address(2, key(1));
    harness.update(peers({ 1: says({ addresses: [address(1), other], keys: [key(1)] }) }));
    await harness.start();
    harness.expectDial(peer(1), address(1)).fail();
    (await harness.awaitDial(peer(1), other)).fail();
    await harness.awaitDial(peer(1), address(1));
  });

  it('starts with the first of newly announced addresses [C-313]', async () => {
    const harness = new Harness();
    const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((port) => address(port, key(1))) as never[];
    harness.update(peers({ 1: says({ addresses: [a!, b!, c!], keys: [key(1)] }) }));
    await harness.start();
    harness.expectDial(peer(1), a).fail();
    await harness.advance(1);
    harness.update(peers({ 1: says({ addresses: [d!, e!], keys: [key(1)] }) }));
    await harness.awaitDial(peer(1), d);
  });

  it('starts afresh with new addresses although the keys stay, also where a dial waits already [C-329]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    harness.expectDial(peer(1)).fail();
    for (let i = 0; i < 5; i++) (await harness.awaitDial(peer(1))).fail();
    await harness.tick();
    expect(harness.manager.explain(peer(1)).dial.current).toMatchObject({
      phase: 'waiting',
      address: address(1),
    });
    const moved = address(2, key(1));
    harness.update(peers({ 1: says({ addresses: [moved], keys: [key(1)] }) }));
    await harness.advance(101);
    harness.expectDial(peer(1), moved);
    expect(harness.manager.explain(peer(1)).dial.attempts).toBe(1);
  });

  it('dials at the pace of 0, 2, 4, 8, 16, 32, 60, 60 seconds [C-330] [D-44]', async () => {
    const harness = new Harness({ checkIntervalMs: 200_000 });
    harness.update(peers({ 1: SEED }));
    await harness.start();
    const delays = [harness.expectDial(peer(1))].map((dial) => (dial.fail(), dial.atMs));
    for (let tick = 1; tick < 8; tick++) {
      await harness.advance(200_000 - (harness.time.now() % 200_000));
      await harness.advance(100_000);
      const dial = harness.expectDial(peer(1));
      delays.push(dial.atMs - tick * 200_000);
      dial.fail();
    }
    expect(delays).toEqual([0, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('begins without delay and at the address that worked when the peer was connected [C-332] [D-44]', async () => {
    const harness = new Harness();
    const other = address(2, key(1));
    harness.update(peers({ 1: says({ addresses: [address(1), other], keys: [key(1)] }) }));
    await harness.start();
    harness.expectDial(peer(1), address(1)).fail();
    for (const to of [other, address(1)]) (await harness.awaitDial(peer(1), to)).fail();
    const metadata = await harness.connect(await harness.awaitDial(peer(1), other));
    await harness.injectLostPeer(metadata);
    await harness.tick();
    harness.expectDial(peer(1), other).fail();
    await harness.awaitDial(peer(1), address(1));
  });

  it('cancels a dial that waits when the peer connects [C-333]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    harness.expectDial(peer(1)).fail();
    await harness.tick();
    expect(harness.manager.dialQueueSize).toBe(1);
    await harness.injectNewPeer(peer(1), { origin: 'inbound' });
    expect(harness.manager.dialQueueSize).toBe(0);
    await harness.tick();
    harness.expectNoDial();
  });

  it('cancels a dial that waits when the peer loses eligibility [C-334]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    harness.expectDial(peer(1)).fail();
    await harness.tick();
    expect(harness.manager.dialQueueSize).toBe(1);
    harness.update(peers({ 1: says({ addresses: [address(1)] }) }));
    expect(harness.manager.dialQueueSize).toBe(0);
    await harness.tick();
    await harness.tick();
    harness.expectNoDial();
  });

  it('does not queue a peer that is queued or connected already [C-335]', async () => {
    const harness = new Harness();
    harness.update(validators(2));
    await harness.start();
    const [first] = harness.expectDials(2);
    await harness.connect(first!);
    for (let i = 0; i < 4; i++) await harness.tick();
    harness.expectNoDial();
    expect(harness.manager.dialQueueSize).toBe(1);
    expect(harness.manager.connectedCount).toBe(1);
  });

  it('does not let the end of a dial that was given up touch a newer one [C-346] [D-16]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    const old = harness.expectDial(peer(1));
    harness.update(peers({}));
    expect(old.signal?.aborted).toBe(true);
    harness.update(peers({ 1: SEED }));
    await harness.advance(100);
    const newer = harness.expectDial(peer(1));
    old.fail();
    await harness.advance(0);
    expect(newer.signal?.aborted).toBe(false);
    expect(harness.manager.dialQueueSize).toBe(1);
    await harness.tick();
    harness.expectNoDial();
  });

  it('skips addresses that cannot be dialed and those that several sources share [D-44]', async () => {
    const harness = new Harness({ seeds: peers({ 1: SEED }) });
    const bare = '/ip4/10.0.0.1/tcp/9' as never;
    const future = address(3, key(1)).replace('ln-handshake/0', 'ln-handshake/9') as never;
    const good = address(4, key(1));
    harness.update(peers({ 1: says({ addresses: [bare, address(1), future, good], keys: [key(1)] }) }));
    await harness.start();
    harness.expectDial(peer(1), address(1)).fail();
    (await harness.awaitDial(peer(1), good)).fail();
    await harness.awaitDial(peer(1), address(1));
  });

  it('does not dial a peer whose addresses are all undialable, and says why [D-44]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: says({ addresses: ['/ip4/10.0.0.1/tcp/9' as never], keys: [key(1)] }) }));
    await harness.start();
    await harness.tick();
    harness.expectNoDial();
    expect(harness.manager.explain(peer(1)).dial.notDialed).toBe('no-dialable-address');
  });

  it('forgets how dials went when the peer is forgotten [D-17]', async () => {
    const harness = new Harness();
    harness.update(peers({ 1: SEED }));
    await harness.start();
    harness.expectDial(peer(1)).fail();
    await harness.advance(0);
    expect(harness.manager.explain(peer(1)).dial.attempts).toBe(1);
    harness.update(peers({}));
    expect(harness.manager.explain(peer(1)).dial).toMatchObject({ attempts: 0, lastFailure: undefined });
    expect(harness.manager.peerIds()).toEqual([]);
  });
});

describe('ConnectivityManager: lifecycle', () => {
  it('refuses a trusted set that somebody else filled [C-351]', () => {
    const trustedPeers = new TrustedPeers(
      new Map([[peer(1), { keys: new Set([key(1)]), role: 'Validator' }]]),
    );
    const peerManager = { dial: jest.fn(), disconnect: jest.fn(), subscribe: jest.fn() };
    expect(() => new ConnectivityManager({ context: VALIDATOR, peerManager, trustedPeers })).toThrow(
      expect.objectContaining({ code: 'ERR_TRUSTED_PEERS_NOT_EMPTY' }),
    );
  });

  it.each(['dial', 'disconnect'])(
    'stops when PeerManager has ended, seen at a %s [C-350]',
    async (request) => {
      const harness = new Harness();
      harness.update(validators(1));
      await harness.start();
      if (request === 'dial') harness.expectDial(peer(1)).fail('ERR_SHUTTING_DOWN');
      else {
        await harness.expectDialAndConnect(peer(1));
        harness.update(peers({}));
        harness.expectDisconnect(peer(1)).fail('ERR_SHUTTING_DOWN');
      }
      await harness.advance(0);
      expect(harness.subscribed).toBe(false);
      expect(harness.time.pendingTimers).toBe(0);
    },
  );

  it('leaves no timer, no dial and no subscription behind when it stops, also twice', async () => {
    const harness = new Harness();
    harness.update(validators(2));
    await harness.start();
    const [underWay, failed] = harness.expectDials(2);
    failed!.fail();
    await harness.tick();
    harness.update(validators(3));
    await harness.manager.stop();
    await harness.manager.stop();
    expect(() => harness.manager.start()).toThrow(
      expect.objectContaining({ code: 'ERR_CONNECTIVITY_MANAGER_STOPPED' }),
    );
    expect(underWay!.signal?.aborted).toBe(true);
    expect(harness.time.pendingTimers).toBe(0);
    expect(harness.subscribed).toBe(false);
    harness.update(validators(4));
    expect(harness.trusted.size).toBe(3);
    expect(() => harness.manager.start()).toThrow(ConnectivityManagerError);
    expect(harness.logger.events).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'connectivity manager terminated' }),
    );
  });

  it('starts once', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    harness.manager.start();
    await harness.advance(0);
    harness.expectDials(1);
  });

  it('can be disposed before it was started', async () => {
    const harness = new Harness();
    await harness.manager[Symbol.asyncDispose]();
    expect(harness.time.pendingTimers).toBe(0);
  });

  it('ignores ourselves in an update [C-324]', async () => {
    const harness = new Harness();
    harness.update(new Map([[OUR_PEER_ID, SEED]]));
    await harness.start();
    harness.expectNoDial();
    expect(harness.trusted.size).toBe(0);
    expect(harness.manager.peerIds()).toEqual([]);
  });
});

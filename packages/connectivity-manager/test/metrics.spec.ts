import { FULL_NODE, Harness, peer, peers, validators } from './harness.js';

const CONNECTED = 'diem_network_peer_connected';

describe('metrics and logs', () => {
  it('show a peer as 0 when its dial is queued, 1 when connected, 0 when lost [C-349]', async () => {
    const harness = new Harness({ firstJitterMs: 50 });
    harness.update(validators(1));
    await harness.start();
    expect(harness.metrics.names()).toContain(CONNECTED);
    expect(harness.gauge(CONNECTED)).toBe(0);
    await harness.advance(50);
    const metadata = await harness.expectDialAndConnect(peer(1));
    expect(
      harness.metrics.value(CONNECTED, {
        role_type: 'validator',
        network_id: 'Validator',
        peer_id: '00000000',
        remote_peer_id: '00000000',
      }),
    ).toBe(1);
    await harness.injectLostPeer(metadata);
    expect(harness.gauge(CONNECTED)).toBe(0);
  });

  it('have a series per peer on the validator network only', async () => {
    const harness = new Harness({}, { context: FULL_NODE });
    harness.update(validators(1, 'Upstream'));
    await harness.start();
    await harness.expectDialAndConnect(peer(1));
    expect(harness.metrics.names()).not.toContain(CONNECTED);
  });

  it('count dials by how they ended, and what their delays were', async () => {
    const harness = new Harness();
    harness.update(validators(4));
    await harness.start();
    const [good, bad, late, given] = harness.expectDials(4);
    await harness.connect(good!);
    bad!.fail();
    late!.fail('ERR_ALREADY_CONNECTED');
    harness.update(new Map([...validators(4)].filter(([peerId]) => peerId !== given!.peerId)));
    await harness.advance(0);
    for (const outcome of ['succeeded', 'failed', 'already_connected', 'cancelled']) {
      expect(harness.metrics.value('diem_network_connectivity_dials', { outcome })).toBe(1);
    }
    expect(harness.metrics.observations('diem_network_dial_delay_seconds')).toEqual([0, 0, 0, 0]);
  });

  it('list the discovered peers at most once per minute', async () => {
    const harness = new Harness();
    harness.update(validators(2));
    await harness.start();
    const lists = () => harness.logger.events.filter(({ message }) => message === 'discovered peers');
    await harness.advance(59_000);
    expect(lists()).toHaveLength(1);
    await harness.advance(2_000);
    expect(lists()).toHaveLength(2);
    expect(lists()[0]?.fields.discovered_peers).toHaveLength(2);
  });

  it('carry context, peer, source, address and delay', async () => {
    const harness = new Harness();
    harness.update(validators(1));
    await harness.start();
    harness.expectDial(peer(1)).fail();
    await harness.advance(0);
    const context = { role: 'validator', network_id: 'Validator', peer_id: expect.any(String) };
    for (const { fields } of harness.logger.events)
      expect(fields).toMatchObject({ network_context: context });
    const find = (text: string) => harness.logger.events.find(({ message }) => message === text)?.fields;
    const remote_peer = peer(1).toUpperCase();
    expect(find('keys of a peer changed')).toMatchObject({
      remote_peer,
      discovery_source: 'OnChainValidatorSet',
    });
    expect(find('addresses of a peer changed')).toMatchObject({
      remote_peer,
      network_addresses: [expect.any(String)],
    });
    expect(find('dial queued')).toMatchObject({ remote_peer, network_address: expect.any(String), delay: 0 });
    expect(find('dialing')).toMatchObject({ remote_peer });
    expect(find('dial ended: failed')).toMatchObject({
      remote_peer,
      error: expect.stringContaining('ERR_DIAL_FAILED'),
    });
    harness.update(peers({}));
    expect(find('stale dial cancelled')).toBeUndefined();
  });
});

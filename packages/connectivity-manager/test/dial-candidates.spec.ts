import type { PeerId } from '@diemnet/types';
import { FULL_NODE, Harness, peer, validators } from './harness.js';

const upstreams = (n: number) => validators(n, 'Upstream');

describe('whom to dial', () => {
  it('is at most as many as the limit, until one of them is lost [C-314]', async () => {
    const harness = new Harness({ seeds: upstreams(4), outboundLimit: 3 }, { context: FULL_NODE });
    await harness.start();
    const connections = [];
    for (const dial of harness.expectDials(3)) connections.push(await harness.connect(dial));
    await harness.tick();
    await harness.tick();
    harness.expectNoDial();
    await harness.injectLostPeer(connections[0]!);
    await harness.tick();
    harness.expectDials(1);
  });

  it('counts connections and dials under way alike [C-315]', async () => {
    const harness = new Harness({ seeds: upstreams(4), outboundLimit: 3 }, { context: FULL_NODE });
    await harness.start();
    const [first, second] = harness.expectDials(3);
    await harness.connect(first!);
    await harness.connect(second!);
    await harness.tick();
    await harness.tick();
    harness.expectNoDial();
    expect(harness.manager.dialQueueSize).toBe(1);
  });

  it('counts a cancelled dial until it has ended [D-16]', async () => {
    const harness = new Harness({ outboundLimit: 1 }, { context: FULL_NODE });
    harness.update(upstreams(1));
    await harness.start();
    harness.expectDials(1);
    harness.update(new Map([...upstreams(2)].slice(1)));
    // Cancelled, and its promise has not settled within this very turn.
    expect(harness.manager.explain(peer(2)).dial.notDialed).toBe('outbound-limit');
    await harness.advance(100);
    harness.expectDial(peer(2));
  });

  it('does not count inbound connections against the outbound limit [C-316]', async () => {
    const harness = new Harness({ outboundLimit: 3 }, { context: FULL_NODE });
    harness.update(upstreams(3));
    harness.manager.start();
    for (let n = 10; n < 15; n++) await harness.injectNewPeer(peer(n), { origin: 'inbound' });
    await harness.advance(0);
    harness.expectDials(3);
  });

  it('is everybody on the validator network, whatever the limit [C-317]', async () => {
    const harness = new Harness({ outboundLimit: 3 });
    harness.update(validators(50));
    await harness.start();
    harness.expectDials(50);
  });

  it('is a matter of chance among peers of one role [C-345]', async () => {
    const chosen = new Set<PeerId>();
    for (let seed = 1; seed <= 60; seed++) {
      const harness = new Harness({ seeds: upstreams(4), outboundLimit: 1 }, { context: FULL_NODE, seed });
      await harness.start();
      chosen.add(harness.expectDials(1)[0]!.peerId);
    }
    expect(chosen.size).toBe(4);
  });

  it('is nobody with a limit of 0', async () => {
    const harness = new Harness({ seeds: upstreams(4), outboundLimit: 0 }, { context: FULL_NODE });
    await harness.start();
    await harness.tick();
    harness.expectNoDial();
  });
});

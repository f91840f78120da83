import type { NodeEvent, UpgradeEnd } from '../../src/index.js';
import { NodeInspector, isTrouble } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { DIRECT, TestNetwork, type TestNode } from '../support/network.js';

describe('NodeInspector', () => {
  const network = new TestNetwork();
  let first: TestNode;
  let second: TestNode;
  let stranger: TestNode;
  const events: NodeEvent[] = [];

  beforeAll(async () => {
    [first, second] = (await network.start(2)) as [TestNode, TestNode];
    first.inspector.subscribe((event) => events.push(event));
    stranger = await network.startStranger();
    await eventually(() => first.inspector.snapshot().networks[0]?.peers[0]?.roundTripMs);
    await eventually(() => stranger.inspector.snapshot().networks[0]?.absentPeers[0]?.lastFailure);
  }, 30_000);

  afterAll(() => network.stop());

  it('sees a connection with its traffic and round trip', async () => {
    first.network.peerManager.sendDirectSend(second.peerId, DIRECT, new Uint8Array(7));
    const peer = await eventually(() =>
      first.inspector
        .snapshot()
        .networks[0]?.peers.find(
          ({ traffic, roundTripMs }) =>
            roundTripMs !== null &&
            traffic.some(({ protocol, bytesOut }) => protocol === 'Protocol42' && bytesOut === 7),
        ),
    );
    expect(peer).toMatchObject({
      peerId: second.peerId,
      publicKey: second.network.publicKey,
      role: 'Validator',
      failedPings: 0,
      refusedMessages: 0,
    });
    expect(peer.protocols).toEqual(expect.arrayContaining(['HealthCheckerRpc', 'Protocol42', 'Protocol43']));
    expect(peer.roundTripMs).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(peer))).toEqual(peer);
  });

  it('describes the network', () => {
    const snapshot = first.inspector.snapshot();
    expect(snapshot).toMatchObject({ node: 'validator-0', role: 'validator' });
    expect(snapshot.networks[0]).toMatchObject({
      network: 'Validator',
      state: 'started',
      peerId: first.peerId,
      listenAddress: first.network.listenAddress,
      trustedPeers: 1,
      absentPeers: [],
    });
  });

  it('explains a connection', () => {
    const [explanation] = first.inspector.explain(second.peerId);
    expect(explanation).toMatchObject({ connected: true, eligible: true, role: 'Validator' });
    expect(explanation?.summary).toMatch(/^Connected: (we dialed it|it dialed us)\.$/);
    expect(explanation?.connection).toMatchObject({ verdict: 'keep' });
    expect(explanation?.sources).toMatchObject([{ source: 'Config' }]);
  });

  it('explains a failure with stage and cause, on both sides', () => {
    const [outside] = stranger.inspector.explain(first.peerId);
    expect(outside?.connected).toBe(false);
    expect(outside?.summary).toMatch(
      /at noise, it hung up on our Noise handshake: our key is not trusted there/,
    );
    expect(outside?.dial.lastFailure).toMatchObject({ stage: 'noise', likelyCause: 'refused-by-noise' });
    expect(outside?.recentFailures[0]).toMatchObject({ origin: 'outbound', failedStage: 'noise' });
    const [inside] = first.inspector.explain(stranger.peerId);
    expect(inside?.summary).toBe(
      'Not connected: no source of discovery names this peer, so it is neither trusted nor dialed.',
    );
    expect(inside?.facts).toEqual([
      'no source of discovery names it',
      expect.stringMatching(
        /^\w+ connections? from it or its addresses .* failed at noise: we do not trust its key/,
      ),
    ]);
    expect(inside?.recentFailures[0]).toMatchObject({ peerId: stranger.peerId, failedStage: 'noise' });
    expect(stranger.inspector.explain(stranger.peerId)[0]?.summary).toBe('This is the node itself.');
    expect(() => first.inspector.explain('xyz')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_PEER_ID' }),
    );
  });

  it('tells of connections, dials and handshakes, those too that failed', async () => {
    await eventually(() => events.some((event) => event.kind === 'upgrade' && !event.ok));
    const failed = events.find((event): event is UpgradeEnd => event.kind === 'upgrade' && !event.ok);
    expect(failed).toMatchObject({
      node: 'validator-0',
      network: 'Validator',
      origin: 'inbound',
      failedStage: 'noise',
      likelyCause: 'untrusted-or-invalid-peer',
    });
    expect(failed?.stages.at(-1)?.stage).toBe('noise');
    expect(failed?.reason).toMatch(/^ERR_NOISE_/);
    const kinds = new Set(events.map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['connected', 'dial', 'upgrade']));
    const up = events.find(({ kind }) => kind === 'connected') as NodeEvent;
    expect([isTrouble(failed as NodeEvent), isTrouble(up)]).toEqual([true, false]);
  });

  it('tells late listeners what it has kept, and no more than that', () => {
    const small = new NodeInspector({ role: 'validator', networks: [first.network] }, { eventCapacity: 1 });
    const heard: NodeEvent[] = [];
    const leave = small.subscribe((event) => heard.push(event));
    expect(heard).toHaveLength(1);
    expect(small.name).toBe(`validator-${first.peerId.slice(0, 8)}`);
    leave();
    small.close();
    small[Symbol.dispose]();
    expect(() => new NodeInspector({ role: 'validator', networks: [] }, { eventCapacity: 0 })).toThrow(
      /eventCapacity/,
    );
  });

  it('disconnects a peer, which is told as an event and comes back', async () => {
    expect(await first.inspector.disconnect('Public', second.peerId)).toBe(false);
    expect(await first.inspector.disconnect('Validator', stranger.peerId)).toBe(false);
    expect(await first.inspector.disconnect('Validator', second.peerId)).toBe(true);
    expect(events.findLast(({ kind }) => kind === 'disconnected')).toMatchObject({ cause: 'requested' });
    await eventually(() => first.inspector.snapshot().networks[0]?.peers.length === 1);
  });
});

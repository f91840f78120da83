import { MockTime, settle } from '@diemnet/types/testing';
import { defineApplication, jsonCodec, registerApplication } from '../../src/index.js';
import { LoopbackNetwork } from '../../src/testing/index.js';
import { peer } from '../fake-peer-manager.js';

const application = defineApplication<unknown>({
  name: 'chat',
  protocols: [{ id: 9, name: 'Chat', kinds: ['rpc', 'direct-send'], codec: jsonCodec() }],
});

function twoNodes() {
  const time = new MockTime();
  const network = new LoopbackNetwork({ time });
  const nodes = [peer(1), peer(2)].map((peerId) => network.createNode(peerId));
  const [alice, bob] = nodes.map((node) => registerApplication(node.components, application));
  return { time, network, nodes, alice: alice!, bob: bob! };
}

describe('LoopbackNetwork', () => {
  it('carries DirectSends in order, and tells both ends of the connection', async () => {
    const { network, alice, bob } = twoNodes();
    network.connect(peer(1), peer(2));
    for (const text of ['one', 'two']) alice.sender.sendTo(peer(2), 9, text);
    expect(await bob.events.next()).toMatchObject({ type: 'new-peer', metadata: { origin: 'inbound' } });
    expect(await bob.events.next()).toMatchObject({ peer: peer(1), message: 'one' });
    expect(await bob.events.next()).toMatchObject({ peer: peer(1), message: 'two' });
    expect(await alice.events.next()).toMatchObject({ type: 'new-peer', metadata: { origin: 'outbound' } });
  });

  it('carries RPCs and their answers', async () => {
    const { alice, bob, time } = twoNodes();
    bob.events.setHandler({ onRpc: (message, responder) => void responder.respond([message, 'pong']) });
    await alice.sender.dialPeer(peer(2), '/memory/2' as never);
    expect(await alice.sender.sendRpc(peer(2), 9, 'ping', { timeoutMs: 100 })).toEqual(['ping', 'pong']);
    expect(time.pendingTimers).toBe(0);
  });

  it('lets RPCs time out, be aborted, or die with the connection', async () => {
    const { network, alice, bob, time } = twoNodes();
    network.connect(peer(1), peer(2));
    const ask = (signal?: AbortSignal) => alice.sender.sendRpc(peer(2), 9, 1, { timeoutMs: 100, signal });
    const late = ask();
    await settle();
    time.advance(100);
    await expect(late).rejects.toMatchObject({ code: 'ERR_RPC_TIMED_OUT' });
    const controller = new AbortController();
    const aborted = ask(controller.signal);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    const lost = ask();
    await settle();
    network.disconnect(peer(2), peer(1));
    await expect(lost).rejects.toMatchObject({ code: 'ERR_CONNECTION_CLOSED' });
    await bob.events.next();
    const event = await bob.events.next();
    expect(event).toMatchObject({ type: 'rpc', responder: { closed: true } });
  });

  it('refuses what PeerManager would refuse', async () => {
    const { network, nodes, alice } = twoNodes();
    expect(() => alice.sender.sendTo(peer(2), 9, 1)).toThrow(
      expect.objectContaining({ code: 'ERR_NOT_CONNECTED' }),
    );
    await expect(alice.sender.disconnectPeer(peer(2))).rejects.toMatchObject({ code: 'ERR_NOT_CONNECTED' });
    await expect(alice.sender.ready(peer(2), 9)).rejects.toMatchObject({ code: 'ERR_NOT_CONNECTED' });
    await expect(alice.sender.dialPeer(peer(3), '/memory/3' as never)).rejects.toMatchObject({
      code: 'ERR_DIAL_FAILED',
    });
    network.connect(peer(1), peer(2));
    network.connect(peer(1), peer(2));
    await expect(alice.sender.dialPeer(peer(2), '/memory/2' as never)).rejects.toMatchObject({
      code: 'ERR_ALREADY_CONNECTED',
    });
    expect(() => nodes[0]!.sendDirectSend(peer(2), 77, new Uint8Array())).toThrow(
      expect.objectContaining({ code: 'ERR_PROTOCOL_NOT_SUPPORTED' }),
    );
    await alice.sender.ready(peer(2), 9);
    expect(alice.sender.connectedPeers()).toHaveLength(1);
    expect(alice.sender.preferredProtocol(peer(2), 'rpc')).toBe(9);
  });

  it('tells both ends of the end, and a late listener of connections that stand', async () => {
    const { network, alice, bob, nodes } = twoNodes();
    network.connect(peer(1), peer(2));
    const heard: string[] = [];
    nodes[0]!.subscribe(({ type }) => heard.push(type));
    expect(heard).toEqual(['new-peer']);
    await alice.events.next();
    await bob.events.next();
    await alice.sender.disconnectPeer(peer(2));
    expect(await alice.events.next()).toMatchObject({ type: 'lost-peer', cause: 'requested' });
    expect(await bob.events.next()).toMatchObject({ type: 'lost-peer', cause: 'remote-closed' });
    expect(heard).toEqual(['new-peer', 'lost-peer']);
  });
});

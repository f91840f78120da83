import { Adversary } from '../adversary/adversary.js';
import { scenario } from '../scenario/scenario.js';
import { connected } from '../world/conditions.js';
import type { SimulatedNode } from '../world/simulated-node.js';

const MESSAGE_BYTES = 64 * 1024;
const MESSAGES = 128;

/**
 * A validator stops reading, and 8 MiB are queued for it. The sender gives it up within the write-stall time and a
 * ping's, holds no more than it queued, and goes on serving everybody else without delay (D-01, D-03, D-04).
 */
export const deafPeer = scenario(
  'deaf-peer',
  { description: 'a peer stops reading while 8 MiB of messages queue for it', nodes: 4 },
  async (world, { nodes }) => {
    await world.addValidators(nodes);
    const victim = world.addNode();
    const deaf = new Adversary(world, { name: 'deaf', identity: victim });
    world.publish([...world.nodes]);
    const honest = world.nodes.filter((node) => node !== victim);
    await world.until(() => connected(honest), { within: '30s' });
    const [sender, other] = honest as [SimulatedNode, SimulatedNode];
    const { socket } = await world.settled(deaf.connectPeer(sender), { within: '5s' });
    await world.until(() => sender.connectedPeers.has(victim.peerId), { within: '5s' });
    socket.pause();

    const before = other.receivedMessages;
    for (let i = 0; i < MESSAGES; i++) {
      if (!sentTo(sender, victim)) throw world.failure(`message ${i} of ${MESSAGES} was not accepted`);
    }
    const queued = () =>
      sender.network.peerManager.statistics().find(({ metadata }) => metadata.remotePeerId === victim.peerId)
        ?.stats.queuedBytes ?? 0;
    if (queued() < 0.9 * MESSAGES * MESSAGE_BYTES) throw world.failure(`only ${queued()} bytes are queued`);

    // The others notice nothing: RPCs are as fast as ever.
    while (sender.connectedPeers.has(victim.peerId)) {
      if (world.nowMs > 60_000) throw world.failure('the deaf peer is still connected after a minute');
      const start = world.nowMs;
      await world.settled(sender.rpc(other, Uint8Array.of(1), { timeoutMs: 1000 }), { within: '1s' });
      if (world.nowMs - start > 100) throw world.failure(`an RPC took ${world.nowMs - start} ms`);
      sender.send(other, Uint8Array.of(2));
      await world.run('500ms');
    }
    await world.run('6s');
    if (queued() > 0 || sender.host.heldBytes > 0)
      throw world.failure('bytes are held for a peer that is gone');
    if (other.receivedMessages === before) throw world.failure('the others heard nothing');
    if (!connected(honest)) throw world.failure('an honest peer was lost');
  },
);

/** `send`, past the answer that says to wait. */
function sentTo(sender: SimulatedNode, to: SimulatedNode): boolean {
  const failures = sender.connectedPeers.has(to.peerId);
  sender.send(to, new Uint8Array(MESSAGE_BYTES));
  return failures;
}

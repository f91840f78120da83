import { scenario } from '../scenario/scenario.js';
import { fullMesh } from '../world/conditions.js';
import type { SimulatedNode } from '../world/simulated-node.js';
import type { World } from '../world/world.js';

/**
 * Under steady traffic, one validator after the other gets a new key: the process comes back with it, and the chain
 * tells the others a little later. Nobody keeps a connection under an old key, and everybody is connected again.
 */
export const keyRotation = scenario(
  'key-rotation',
  { description: 'validators change their keys under load, one after the other', nodes: 5 },
  async (world, { nodes }) => {
    await world.addValidators(nodes);
    await world.until(() => fullMesh(world), { within: '30s' });
    let sent = 0;
    const load = world.every(50, () => {
      const running = world.nodes.filter(({ state }) => state === 'running');
      const from = world.rng.pick(running);
      const to = world.rng.pick(running);
      if (from !== to && from.send(to, new Uint8Array(1 + world.rng.below(20_000)))) sent++;
    });
    for (const node of world.nodes.slice(0, 3)) {
      await world.run('2s');
      await world.settled(node.stop({ graceMs: 1000 }), { within: '3s' });
      await node.restart({ state: 'lost' });
      // Until the others hear of the new key they refuse it.
      await world.run(1000 + world.rng.below(3000));
      world.publish();
      await world.until(() => fullMesh(world), { within: '75s', what: `full mesh after ${node.name}` });
      assertKeys(world, node);
    }
    load.cancel();
    const received = world.nodes.reduce((sum, { receivedMessages }) => sum + receivedMessages, 0);
    if (received < sent / 2) throw world.failure(`only ${received} of ${sent} messages arrived`);
  },
);

function assertKeys(world: World, rotated: SimulatedNode): void {
  for (const node of world.nodes) {
    if (node === rotated) continue;
    const connection = node.network.peerManager.connection(rotated.peerId);
    if (connection?.remotePublicKey !== rotated.keyPair.publicKey) {
      throw world.failure(`${node.name} is connected to ${rotated.name} under another key`);
    }
  }
}

import { scenario, type Scenario } from '../scenario/scenario.js';
import { fullMesh } from '../world/conditions.js';
import type { SimulatedNode } from '../world/simulated-node.js';
import type { World } from '../world/world.js';

/** Something that is wrong with the peers of a node, or with the way to them, while it stops. */
type Plight = (world: World, node: SimulatedNode, others: readonly SimulatedNode[]) => void;

const PLIGHTS: Readonly<Record<string, Plight>> = {
  nothing: () => {},
  partition: (world, node, others) => world.partition([node], others),
  'one-way-partition': (world, node, others) => world.partition(others, [node], { oneWay: true }),
  'peers-crash': (_, __, others) => others.forEach((other) => other.crash()),
  'peers-lose-power': (_, __, others) => others.forEach((other) => other.crash({ power: true })),
  'peers-pause': (_, __, others) => others.forEach((other) => other.pause()),
  'links-accept-nothing': (world, node, others) => {
    for (const { host } of others) world.network.link(node.host, host).accepting = false;
  },
  'links-deliver-nothing': (world, node, others) => {
    for (const { host } of others) world.network.link(node.host, host).stalled = true;
  },
  'connections-die': (world) => {
    for (const connection of world.network.connections()) connection.die();
  },
  'connections-reset': (world) => {
    for (const connection of world.network.connections()) connection.reset();
  },
  'byte-by-byte': (world) => world.network.shapeAll({ chunkBytes: 1, bytesPerSecond: 1000 }),
  'clock-steps-back': (_, node) => node.stepClock(-86_400_000),
  'dials-under-way': (world, node, others) => {
    world.partition([node], others);
    for (const other of others) {
      node.network.peerManager.disconnect(other.peerId).catch(() => undefined);
      node.network.peerManager.dial(other.peerId, other.address).catch(() => undefined);
    }
  },
};

/** A node with full queues and open requests stops; whatever its peers do, it is done in time and leaves nothing. */
function stopping(name: string, plight: Plight): Scenario {
  return scenario(
    `stop-${name}`,
    { description: `a busy node stops while: ${name.replaceAll('-', ' ')}`, nodes: 4 },
    async (world, { nodes }) => {
      await world.addValidators(nodes);
      await world.until(() => fullMesh(world), { within: '30s' });
      const [node, ...others] = world.nodes as [SimulatedNode, ...SimulatedNode[]];
      for (const other of others) {
        other.answer = () => undefined;
        for (let i = 0; i < 10; i++) {
          node.send(other, new Uint8Array(100_000));
          node.rpc(other, new Uint8Array(100)).catch(() => undefined);
          other.rpc(node, new Uint8Array(100)).catch(() => undefined);
        }
      }
      await world.run(world.rng.below(30));
      plight(world, node, others);
      await world.run(world.rng.below(3000));
      // The node itself checks what it leaves, and the watch list that it is in time.
      await world.settled(node.stop({ graceMs: 3000 }), { within: '4s' });
      for (const other of others) if (other.state === 'paused') other.resume();
    },
  );
}

/** A scenario per plight. */
export const stoppingScenarios: readonly Scenario[] = Object.freeze(
  Object.entries(PLIGHTS).map(([name, plight]) => stopping(name, plight)),
);

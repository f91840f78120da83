import { DEFAULT_LINK_SHAPE } from '../net/link-shape.js';
import { scenario } from '../scenario/scenario.js';
import { fullMesh } from '../world/conditions.js';
import type { SimulatedNode } from '../world/simulated-node.js';
import type { World } from '../world/world.js';
import { HEAL_MS } from './partition-and-heal.js';

/** A fault of the world, and how long it may last. */
type Trouble = (world: World) => Promise<void>;

const TROUBLES: readonly Trouble[] = [
  partitioned,
  minorityCutOff,
  crashed,
  powerLost,
  paused,
  clockStepped,
  slowed,
];

/** Everything that can go wrong goes wrong, one or two at a time, and in between the network is whole again. */
async function churn(world: World, nodes: number, virtualMs: number): Promise<void> {
  await world.addValidators(nodes);
  await world.until(() => fullMesh(world), { within: '30s', what: 'full mesh at the start' });
  const load = world.every('200ms', () => {
    const [from, to] = [world.rng.pick(world.nodes), world.rng.pick(world.nodes)];
    if (from !== to && from.state === 'running') from.send(to, new Uint8Array(world.rng.below(2000)));
  });
  while (world.nowMs < virtualMs) {
    await world.run(5_000 + world.rng.below(60_000));
    const troubles = 1 + world.rng.below(2);
    for (let i = 0; i < troubles; i++) await world.rng.pick(TROUBLES)(world);
    await world.until(() => fullMesh(world), { within: HEAL_MS, what: 'full mesh after trouble' });
  }
  load.cancel();
}

/** Ten minutes. */
export const shortChurn = scenario(
  'churn',
  {
    description: 'ten minutes of partitions, crashes, power failures, pauses, clock steps and slow links',
    nodes: 7,
  },
  (world, { nodes }) => churn(world, nodes, 600_000),
);

/** An hour, for large networks. */
export const longChurn = scenario(
  'validator-hour',
  {
    description: 'an hour of partitions, crashes, power failures, pauses, clock steps and slow links',
    nodes: 100,
    world: { stableChunks: true },
  },
  (world, { nodes }) => churn(world, nodes, 3_600_000),
);

async function partitioned(world: World): Promise<void> {
  const group = world.nodes.filter(() => world.rng.unit() < 0.5);
  const others = world.nodes.filter((node) => !group.includes(node));
  world.partition(group, others, { oneWay: world.rng.unit() < 0.3 });
  await world.run(1_000 + world.rng.below(90_000));
  world.heal();
}

async function minorityCutOff(world: World): Promise<void> {
  const node = pickRunning(world);
  world.partition([node], world.nodes);
  await world.run(1_000 + world.rng.below(60_000));
  world.heal();
}

async function crashed(world: World): Promise<void> {
  const node = pickRunning(world);
  node.crash();
  await world.run(100 + world.rng.below(30_000));
  await node.restart();
}

async function powerLost(world: World): Promise<void> {
  const node = pickRunning(world);
  node.crash({ power: true });
  await world.run(100 + world.rng.below(60_000));
  const lost = world.rng.unit() < 0.3;
  await node.restart({ state: lost ? 'lost' : 'kept' });
  if (lost) {
    await world.run(world.rng.below(5_000));
    world.publish();
  }
}

async function paused(world: World): Promise<void> {
  const node = pickRunning(world);
  node.pause();
  await world.run(100 + world.rng.below(40_000));
  node.resume();
}

async function clockStepped(world: World): Promise<void> {
  pickRunning(world).stepClock((world.rng.unit() - 0.5) * 7_200_000);
}

async function slowed(world: World): Promise<void> {
  const [a, b] = [pickRunning(world), pickRunning(world)];
  if (a === b) return;
  world.network.shape(a.host, b.host, {
    latencyMs: 200,
    jitterMs: 100,
    bytesPerSecond: 100_000,
    chunkBytes: 100,
    randomChunks: true,
  });
  await world.run(20_000);
  world.network.shape(a.host, b.host, DEFAULT_LINK_SHAPE);
}

function pickRunning(world: World): SimulatedNode {
  return world.rng.pick(world.nodes.filter(({ state }) => state === 'running'));
}

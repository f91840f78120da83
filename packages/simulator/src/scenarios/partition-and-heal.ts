import { scenario } from '../scenario/scenario.js';
import { connected, fullMesh, apart } from '../world/conditions.js';

/**
 * Two halves lose sight of each other, notice it by their health checks, and find together again: within the longest
 * backoff with its jitter, plus one look of the connectivity manager, plus the time of a dial that was under way.
 */
export const partitionAndHeal = scenario(
  'partition-and-heal',
  {
    description: 'a network falls into two halves for three minutes and is whole again soon after',
    nodes: 10,
  },
  async (world, { nodes }) => {
    await world.addValidators(nodes);
    await world.until(() => fullMesh(world), { within: '30s', what: 'full mesh at the start' });
    const half = Math.floor(nodes / 2);
    const [left, right] = [world.nodes.slice(0, half), world.nodes.slice(half)];

    world.partition(left, right);
    await world.until(() => apart(left, right), { within: '60s', what: 'the halves have noticed' });
    await world.run('3m');
    if (!connected(left) || !connected(right)) throw world.failure('a half has lost connections of its own');

    world.heal();
    await world.until(() => fullMesh(world), { within: HEAL_MS, what: 'full mesh after healing' });
  },
);

/** The cap of 60 s with a fifth of jitter, one interval of 5 s, and the 10 s of an attempt to connect that is lost. */
export const HEAL_MS = 60_000 * 1.2 + 5_000 + 10_000;

/** Only what one half sends is lost: both have to notice, and both have to find back. */
export const oneWayPartition = scenario(
  'one-way-partition',
  { description: 'what one half of a network sends does not arrive for three minutes', nodes: 6 },
  async (world, { nodes }) => {
    await world.addValidators(nodes);
    await world.until(() => fullMesh(world), { within: '30s' });
    const half = Math.floor(nodes / 2);
    const [left, right] = [world.nodes.slice(0, half), world.nodes.slice(half)];
    world.partition(left, right, { oneWay: true });
    await world.until(() => apart(left, right), { within: '90s', what: 'the halves have noticed' });
    await world.run('3m');
    world.heal();
    await world.until(() => fullMesh(world), { within: HEAL_MS, what: 'full mesh after healing' });
  },
);

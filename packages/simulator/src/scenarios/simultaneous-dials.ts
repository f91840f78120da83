import { scenario } from '../scenario/scenario.js';
import type { SimulatedNode } from '../world/simulated-node.js';
import type { World } from '../world/world.js';

/** Things of one connection that arrive somewhere until it is upgraded: connect, its answer, Noise (2), versions (2). */
const STEPS = 6;
const SLOT_MS = 10;

/**
 * Two nodes dial each other at the same time, and what both connections consist of arrives in every order there is:
 * 924 of them. Each order has to lead to one connection, the same for both, and to no event but its beginning.
 */
export const simultaneousDials = scenario(
  'simultaneous-dials',
  { description: 'two nodes dial each other, in all 924 interleavings of what arrives', nodes: 2 },
  async (world) => {
    await world.addValidators(2);
    const [a, b] = world.nodes as readonly [SimulatedNode, SimulatedNode];
    for (const order of interleavings(STEPS, STEPS)) {
      trustWithoutAddresses(a, b);
      if (a.connectedPeers.size > 0) await separate(world, a, b);
      await meet(world, a, b, order);
    }
  },
);

/** Two nodes trust each other, but without an address nobody dials on his own. */
export function trustWithoutAddresses(a: SimulatedNode, b: SimulatedNode): void {
  for (const node of [a, b]) {
    node.network.connectivityManager.updateDiscoveredPeers(
      'OnChainValidatorSet',
      new Map([a, b].map(({ peerId, peer }) => [peerId, { ...peer, addresses: [] }])),
    );
  }
}

async function meet(
  world: World,
  a: SimulatedNode,
  b: SimulatedNode,
  order: readonly number[],
): Promise<void> {
  const start = world.nowMs;
  const first = world.network.flows;
  const taken = [0, 0];
  const slots = [0, 1].map((flow) => order.flatMap((of, slot) => (of === flow ? [slot] : [])));
  world.network.pace = (flow, nowMs) => {
    const own = slots[flow - first];
    const slot = own?.[(taken[flow - first] as number)++];
    return slot === undefined ? undefined : Math.max(nowMs, start + (slot + 1) * SLOT_MS);
  };
  const outcomes = [
    a.network.peerManager.dial(b.peerId, b.address),
    b.network.peerManager.dial(a.peerId, a.address),
  ].map((dial) => dial.catch((error: unknown) => error));
  await world.settled(Promise.all(outcomes), { within: '10s' });
  // The loser of the tie lingers for a second, so that nothing under way on it is lost.
  await world.run('2s');
  world.network.pace = undefined;
  await converged(world, a, b, order);
}

/** Both have one connection, and it is the same. */
async function converged(
  world: World,
  a: SimulatedNode,
  b: SimulatedNode,
  order: readonly number[],
): Promise<void> {
  const open = [...world.network.connections()].filter(({ sockets }) =>
    sockets.some(({ closed }) => !closed),
  );
  const views = [a, b].map((node) => node.network.peerManager.connection(node === a ? b.peerId : a.peerId));
  const text = () => `order ${order.join('')}: ${open.length} open, ${views.map((view) => view?.origin)}`;
  if (open.length !== 1) throw world.failure(`not one connection, ${text()}`);
  if (views[0] === undefined || views[1] === undefined || views[0].origin === views[1].origin) {
    throw world.failure(`not the same connection, ${text()}`);
  }
  const before = [a.receivedMessages, b.receivedMessages];
  if (!a.send(b, Uint8Array.of(1)) || !b.send(a, Uint8Array.of(2)))
    throw world.failure(`cannot send, ${text()}`);
  await world.until(
    () => a.receivedMessages > (before[0] as number) && b.receivedMessages > (before[1] as number),
    { within: '1s', what: `messages arrive, ${text()}` },
  );
}

/** Ends the connection of two nodes. */
export async function separate(world: World, a: SimulatedNode, b: SimulatedNode): Promise<void> {
  await world.settled(a.network.peerManager.disconnect(b.peerId), { within: '20s' });
  await world.until(() => b.connectedPeers.size === 0 && [...world.network.connections()].length === 0, {
    within: '20s',
    what: 'apart again',
  });
}

/** All sequences of so many zeros and ones. */
export function* interleavings(
  zeros: number,
  ones: number,
  before: readonly number[] = [],
): Generator<number[]> {
  if (zeros === 0 && ones === 0) yield [...before];
  if (zeros > 0) yield* interleavings(zeros - 1, ones, [...before, 0]);
  if (ones > 0) yield* interleavings(zeros, ones - 1, [...before, 1]);
}

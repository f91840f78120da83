import { ProtocolIds } from '@diemnet/wire';
import { scenario } from '../scenario/scenario.js';
import type { SimulatedNode } from '../world/simulated-node.js';
import type { World } from '../world/world.js';
import { separate, trustWithoutAddresses } from './simultaneous-dials.js';

const ROUNDS = 12;
const MESSAGE_BYTES = 2 * 1024;
/** Three seconds' worth on this link for one, longer than a connection that lost its tie lingers; little for the other. */
const MANY = 96;
const FEW = 4;
const BYTES_PER_SECOND = 64 * 1024;
/** Small, so that what is accepted waits in the sender. */
const WINDOW_BYTES = 16 * 1024;
/** Dials begin within this time of each other; to be upgraded takes about as long. */
const SPREAD_MS = 60;

/**
 * Two nodes dial each other at about the same time and send all they have over whichever connection stands first,
 * often the one that has to go. Nothing that was accepted may be lost: both are well (D-06).
 */
export const dialsUnderLoad = scenario(
  'dials-under-load',
  {
    description: 'two nodes dial each other and send at once: nothing that was accepted is lost',
    nodes: 2,
    world: { link: { bytesPerSecond: BYTES_PER_SECOND, windowBytes: WINDOW_BYTES } },
  },
  async (world) => {
    await world.addValidators(2);
    const [a, b] = world.nodes as readonly [SimulatedNode, SimulatedNode];
    let ties = 0;
    for (let round = 0; round < ROUNDS; round++) {
      trustWithoutAddresses(a, b);
      if (a.connectedPeers.size > 0) await separate(world, a, b);
      if (await meet(world, a, b, round)) ties++;
    }
    // Else this shows nothing.
    if (ties < ROUNDS / 3) throw world.failure(`only ${ties} of ${ROUNDS} rounds had two connections`);
  },
);

/** True if there were two connections. */
async function meet(world: World, a: SimulatedNode, b: SimulatedNode, round: number): Promise<boolean> {
  const first = world.network.flows;
  const received = [a.receivedMessages, b.receivedMessages] as const;
  const accepted = [0, 0] as [number, number];
  const dials: Promise<unknown>[] = [];
  const moments = [world.rng.below(SPREAD_MS), world.rng.below(SPREAD_MS)];
  for (let ms = 0; ms < 5 * SPREAD_MS; ms++) {
    if (ms === moments[0]) dials.push(dial(a, b));
    if (ms === moments[1]) dials.push(dial(b, a));
    await world.run('1ms');
    if (accepted[0] === 0) accepted[0] = burst(a, b, round % 2 === 0 ? MANY : FEW);
    if (accepted[1] === 0) accepted[1] = burst(b, a, round % 2 === 0 ? FEW : MANY);
  }
  await world.settled(Promise.all(dials), { within: '10s' });
  const counts = () =>
    `round ${round}: ${a.receivedMessages - received[0]} of ${accepted[1]} and ${b.receivedMessages - received[1]} of ${accepted[0]} messages`;
  await world
    .until(
      () =>
        a.receivedMessages === received[0] + accepted[1] && b.receivedMessages === received[1] + accepted[0],
      { within: '10s' },
    )
    .catch(() => {
      throw world.failure(`messages are lost, ${counts()}`);
    });
  return world.network.flows - first > 1;
}

/** A connection that is there already wins, or gives way; either way the dial ends. */
function dial(from: SimulatedNode, to: SimulatedNode): Promise<unknown> {
  return from.network.peerManager.dial(to.peerId, to.address).catch((error: unknown) => error);
}

/** How many messages were accepted. */
function burst(from: SimulatedNode, to: SimulatedNode, wanted: number): number {
  let accepted = 0;
  try {
    for (; accepted < wanted; accepted++) {
      from.application.sender.sendTo(to.peerId, ProtocolIds.MempoolDirectSend, new Uint8Array(MESSAGE_BYTES));
    }
  } catch {
    // Not connected yet.
  }
  return accepted;
}

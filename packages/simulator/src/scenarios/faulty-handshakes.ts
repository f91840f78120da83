import type { TrapFault } from '../net/trap.js';
import { scenario, type Scenario } from '../scenario/scenario.js';
import { fullMesh } from '../world/conditions.js';
import type { SimulatedNode } from '../world/simulated-node.js';
import type { World } from '../world/world.js';

/** A fault in the middle of a handshake, and how to undo it. */
interface Fault {
  readonly name: string;
  readonly fault: (world: World, a: SimulatedNode, b: SimulatedNode) => TrapFault;
  readonly undo?: (world: World, a: SimulatedNode, b: SimulatedNode) => Promise<void>;
}

/** How long it lasts, where it ends. */
const FAULT_MS = 3000;

const FAULTS: readonly Fault[] = [
  { name: 'reset', fault: () => 'reset' },
  { name: 'half-open death', fault: () => 'die' },
  { name: 'corruption', fault: () => 'corrupt' },
  { name: 'stall', fault: () => ({ stallMs: FAULT_MS }) },
  { name: 'long stall', fault: () => ({ stallMs: 40_000 }) },
  {
    name: 'partition',
    fault: (world, a, b) => () => world.partition([a], [b]),
    undo: async (world) => {
      await world.run(FAULT_MS);
      world.heal();
    },
  },
  {
    name: 'one-way partition',
    fault: (world, a, b) => () => world.partition([a], [b], { oneWay: true }),
    undo: async (world) => {
      await world.run(FAULT_MS);
      world.heal();
    },
  },
  {
    name: 'crash',
    fault: (_, __, b) => () => b.crash(),
    undo: async (world, _, b) => {
      await world.run(FAULT_MS);
      await b.restart();
    },
  },
  {
    name: 'power failure',
    fault: (_, __, b) => () => b.crash({ power: true }),
    undo: async (world, _, b) => {
      await world.run(FAULT_MS);
      await b.restart();
    },
  },
  {
    name: 'pause',
    fault: (_, __, b) => () => b.pause(),
    undo: async (world, _, b) => {
      await world.run(FAULT_MS);
      b.resume();
    },
  },
  {
    name: 'clock stepping back',
    fault: (_, a) => () => a.stepClock(-3_600_000),
  },
];

/** Every fault, after every so many bytes of a handshake, in both directions. */
function faultyHandshake({ name, fault, undo }: Fault): Scenario {
  return scenario(
    `handshake-${name.replaceAll(' ', '-')}`,
    {
      description: `${name} at every byte of a handshake, both ways; the nodes connect all the same`,
      nodes: 2,
      // Hundreds of spoilt handshakes from one address would make its listener refuse it for minutes.
      world: {
        tuning: { peerManager: { coolDownMs: 0 } },
        config: { max_connection_delay_ms: 2000, connectivity_check_interval_ms: 1000 },
      },
    },
    async (world, { nodes: every }) => {
      const [a] = (await world.addValidators(1)) as [SimulatedNode];
      const [b] = (await world.addValidators(1, { dials: false })) as [SimulatedNode];
      await world.until(() => fullMesh(world), { within: '10s' });
      const [forth, back] = handshakeBytes(world);
      // `--nodes` above 2 thins the offsets out.
      const step = Math.max(1, every - 1);
      for (const [from, to, length] of [
        [a, b, forth],
        [b, a, back],
      ] as const) {
        for (let atByte = 0; atByte < length; atByte += step) {
          const where = `${name} at byte ${atByte} from ${from.name} to ${to.name}`;
          let sprung = false;
          const onSprung = () => (sprung = true);
          world.network.setTrap(from.host, to.host, { atByte, fault: fault(world, a, b), onSprung });
          await disconnect(world, a, b);
          await world.until(() => sprung, { within: '10s', what: `there is a handshake for ${where}` });
          await undo?.(world, a, b);
          await world.until(() => fullMesh(world), { within: '90s', what: `connected after ${where}` });
        }
      }
    },
  );
}

/** Bytes of both directions of the handshake that has just taken place. */
function handshakeBytes(world: World): readonly [number, number] {
  const [connection] = [...world.network.connections()];
  if (connection === undefined) throw world.failure('there is no connection to measure');
  return connection.deliveredBytes;
}

async function disconnect(world: World, a: SimulatedNode, b: SimulatedNode): Promise<void> {
  const disconnected = a.network.peerManager.disconnect(b.peerId).catch(() => undefined);
  await world.settled(disconnected, { within: '10s' });
}

/** A scenario per fault. */
export const faultyHandshakes: readonly Scenario[] = Object.freeze(FAULTS.map(faultyHandshake));

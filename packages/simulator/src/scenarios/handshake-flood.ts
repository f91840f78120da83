import { Adversary } from '../adversary/adversary.js';
import { scenario } from '../scenario/scenario.js';
import { connected } from '../world/conditions.js';
import type { SimulatedNode } from '../world/simulated-node.js';

const HALF_OPEN = 1000;
/** Addresses that the flood comes from. */
const SOURCES = 50;

/**
 * A thousand connections that begin a handshake and do not go on with it, most of them kept up by new ones as they are
 * dropped; an honest validator starts in the middle of it and is connected within two seconds.
 */
export const handshakeFlood = scenario(
  'handshake-flood',
  { description: '1,000 half-open handshakes, and an honest validator joins within 2 s', nodes: 4 },
  async (world, { nodes }) => {
    const early = await world.addValidators(nodes - 1);
    await world.until(() => connected(early), { within: '30s' });
    const [target] = early as [SimulatedNode];
    const adversaries = Array.from({ length: SOURCES }, () => new Adversary(world));
    const attempts: Promise<unknown>[] = [];
    for (let i = 0; i < HALF_OPEN; i++) {
      const adversary = adversaries[i % SOURCES] as Adversary;
      // A third says nothing, a third a few bytes, a third all but the last byte of a first message.
      const said = [0, 10, 151][i % 3] as number;
      attempts.push(
        adversary.connect(target).then(({ socket }) => said > 0 && socket.write(adversary.garbage(said))),
      );
    }
    await world.settled(Promise.allSettled(attempts), { within: '1s' });
    const openNow = adversaries.reduce((sum, { openConnections }) => sum + openConnections, 0);
    world.note(`${openNow} connections of the flood are open`);

    const start = world.nowMs;
    const [late] = (await world.addValidators(1)) as [SimulatedNode];
    await world.until(() => connected([...early, late]), { within: '2s', what: 'the newcomer is connected' });
    world.note(`joined after ${world.nowMs - start} ms`);
    await world.settled(late.rpc(target, Uint8Array.of(1), { timeoutMs: 1000 }), { within: '1s' });

    await world.until(() => adversaries.every(({ openConnections }) => openConnections === 0), {
      within: '31s',
      what: 'the flood is gone',
    });
    if (!connected(world.nodes)) throw world.failure('an honest peer was lost');
  },
);

/** The same first message as an honest dialer sent, byte for byte, again and again: refused before it costs much. */
export const replayedHandshakes = scenario(
  'replayed-handshakes',
  { description: 'recorded first messages of an honest validator are sent again, 200 times', nodes: 3 },
  async (world, { nodes }) => {
    await world.addValidators(nodes);
    const [target, dialer] = world.nodes as [SimulatedNode, SimulatedNode];
    await world.until(() => connected(world.nodes), { within: '30s' });
    const transcript = world.recordNext(dialer.host, target.host);
    await world.settled(target.network.peerManager.disconnect(dialer.peerId), { within: '20s' });
    await world.settled(
      dialer.network.peerManager.dial(target.peerId, target.address).catch(() => undefined),
      { within: '20s' },
    );
    await world.until(() => connected(world.nodes), { within: '70s' });
    const message = transcript.bytes('dialer').subarray(0, FIRST_MESSAGE_BYTES);
    if (message.length < FIRST_MESSAGE_BYTES) throw world.failure('nothing was recorded');

    const adversary = new Adversary(world);
    for (let i = 0; i < 200; i++) {
      const { socket } = await world.settled(adversary.connect(target), { within: '1s' });
      socket.write(message.slice());
    }
    await world.run('2s');
    const answered = adversary.connections.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
    if (answered > 0) throw world.failure(`replays were answered with ${answered} bytes`);
    if (adversary.openConnections > 0) throw world.failure('replayed connections are still open');
    if (!connected(world.nodes)) throw world.failure('a replay has cost an honest connection');
  },
);

const FIRST_MESSAGE_BYTES = 152;

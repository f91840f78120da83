import { World, fullMesh, type TraceEntry } from '../../src/index.js';

/** What an observer and the trace tell of two nodes, one of which crashes and comes back. */
async function watch() {
  const networks: string[] = [];
  const noted: Pick<TraceEntry, 'at' | 'kind' | 'subject' | 'text'>[] = [];
  let seen: World | undefined;
  let events = 0;
  const world = new World({
    seed: 3,
    observer: {
      onWorld: (made) => (seen = made),
      onNetwork: (node, network) => networks.push(`${node.name} ${node.state} ${network.state}`),
      onEvent: () => events++,
    },
    trace: {
      onEntry: ({ at, kind, subject, text }) => {
        if (kind === 'node') noted.push({ at, kind, subject, text });
      },
    },
  });
  await world.addValidators(2);
  await world.until(() => fullMesh(world), { within: '10s' });
  world.nodes[1]?.crash();
  await world.nodes[1]?.restart();
  await world.stopAll();
  return { world, seen, networks, noted, events };
}

describe('an observer of a world', () => {
  it('sees the world, every network before it starts, and every event', async () => {
    const { world, seen, networks, events } = await watch();
    expect(seen).toBe(world);
    expect(networks).toEqual(['node-0 new created', 'node-1 new created', 'node-1 crashed created']);
    expect(events).toBe(world.time.eventCount);
  });

  it('is told of entries of the trace', async () => {
    const { noted } = await watch();
    expect(noted.map(({ subject, text }) => `${subject} ${text}`)).toEqual([
      'node-0 running',
      'node-1 running',
      'node-1 crashed',
      'node-1 running',
      'node-0 stopped',
      'node-1 stopped',
    ]);
  });

  it('changes nothing', async () => {
    const { world } = await watch();
    const alone = new World({ seed: 3 });
    await alone.addValidators(2);
    await alone.until(() => fullMesh(alone), { within: '10s' });
    alone.nodes[1]?.crash();
    await alone.nodes[1]?.restart();
    await alone.stopAll();
    expect(world.trace.digest).toBe(alone.trace.digest);
  });
});

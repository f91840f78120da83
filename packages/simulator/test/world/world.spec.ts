import { World, fullMesh } from '../../src/index.js';

describe('World', () => {
  it('connects ten validators', async () => {
    const world = new World({ seed: 3 });
    await world.addValidators(10);
    await world.until(() => fullMesh(world), { within: '10s' });
    expect(world.nowMs).toBeLessThan(2000);
    for (const node of world.nodes) await world.settled(node.stop());
    expect([...world.network.connections()]).toEqual([]);
  });
});

import { World, resolveLinkShape } from '../src/index.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('Errors of the simulator', () => {
  it('tell of a link that cannot be', () => {
    for (const shape of [{ latencyMs: -1 }, { bytesPerSecond: 0 }, { chunkBytes: Number.NaN }]) {
      expect(() => resolveLinkShape(shape)).toThrow(code('ERR_SIMULATOR_INVALID_OPTION'));
    }
  });

  it('tell of a node that the world does not have', () => {
    const world = new World({ seed: 1 });
    expect(() => world.partition([{ name: 'nobody' }], [{ name: 'no one' }])).toThrow(
      code('ERR_SIMULATOR_UNKNOWN_NODE'),
    );
  });

  it('name the invariant that does not hold', () => {
    const world = new World({
      seed: 1,
      invariants: [
        { name: 'fine', check: () => undefined },
        { name: 'never true', check: () => 'it is not' },
      ],
    });
    expect(() => world.check()).toThrow(
      expect.objectContaining({
        code: 'ERR_SIMULATOR_INVARIANT',
        message: 'never true: it is not',
        details: { name: 'never true' },
      }),
    );
  });
});

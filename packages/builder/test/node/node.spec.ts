import { DiemNetNode } from '../../src/index.js';
import { MemoryHarness, keys } from '../network/memory-harness.js';

describe('DiemNetNode', () => {
  it('stops every network even if one of them fails to, and tells what went wrong', async () => {
    const harness = new MemoryHarness();
    const good = await harness.create(harness.options(keys(1), 1));
    const bad = await harness.create(harness.options(keys(2), 2));
    const failure = new TypeError('broken');
    jest.spyOn(bad.connectivityManager, 'stop').mockRejectedValue(failure);
    const node = new DiemNetNode('full_node', [bad, good]);
    const error: unknown = await node.stop({ graceMs: 0 }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'BuilderError', code: 'ERR_BUILDER_NODE_STOP' });
    const { errors } = (error as { cause: AggregateError }).cause;
    expect(errors).toHaveLength(1);
    expect(good.state).toBe('stopped');
  });
});

import { LoopbackNetwork } from '@diemnet/network/testing';
import { MockTime } from '@diemnet/types/testing';
import { createHealthChecker } from '../src/index.js';
import { peer } from './harness.js';

describe('two health checkers', () => {
  it('ping each other, and hear of a connection as all applications do [C-274]', async () => {
    const time = new MockTime();
    const network = new LoopbackNetwork({ time });
    const checkers = [1, 2].map((n) => {
      const checker = createHealthChecker(network.createNode(peer(n)).components);
      checker.start();
      return checker;
    });
    network.connect(peer(1), peer(2));
    await time.advanceAsync(3_000);
    expect(checkers[0]?.roundTripTime(peer(2))).toBe(0);
    expect(checkers[1]?.roundTripTime(peer(1))).toBe(0);
    expect(checkers[0]?.failures(peer(2))).toBe(0);
    network.disconnect(peer(1), peer(2));
    expect(checkers[0]?.failures(peer(2))).toBeUndefined();
    for (const checker of checkers) await checker.stop();
    expect(time.pendingTimers).toBe(0);
  });

  it('cannot share a node', () => {
    const node = new LoopbackNetwork().createNode(peer(1));
    createHealthChecker(node.components);
    expect(() => createHealthChecker(node.components)).toThrow(
      expect.objectContaining({ code: 'ERR_PROTOCOL_CLASH' }),
    );
  });
});

import { MemoryHarness, keys, peerOf, seed } from './memory-harness.js';

const A = keys(1);
const B = keys(2);

describe('what the health checker hears of other traffic', () => {
  it('keeps the peers of a silent but healthy network connected, and drops one that is dead', async () => {
    const harness = new MemoryHarness();
    const a = await harness.start(harness.options(A, 1));
    const b = await harness.start(harness.options(B, 2, { seeds: new Map([seed(A, 1)]) }));
    await harness.until(() => b.network.connectivityManager.connectedCount === 1);
    await harness.pass(60_000);
    expect(b.network.connectivityManager.connectedCount).toBe(1);
    expect(b.network.healthChecker.failures(peerOf(A))).toBe(0);
    expect(b.network.healthChecker.roundTripTime(peerOf(A))).toBeDefined();
    // A answers no pings any more, though its connection stands.
    await a.network.healthChecker.stop();
    await harness.until(() => b.network.connectivityManager.connectedCount === 0, 60_000);
    await harness.stopAll();
  });
});

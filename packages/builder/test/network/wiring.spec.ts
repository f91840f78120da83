import { DIRECT, MemoryHarness, keys, peerOf, seed } from './memory-harness.js';

const A = keys(1);
const B = keys(2);

describe('what a configuration says about connections', () => {
  let harness: MemoryHarness;
  beforeEach(() => {
    harness = new MemoryHarness();
  });
  afterEach(() => harness.stopAll());

  it('limits messages to max_frame_size', async () => {
    await harness.start(harness.options(A, 1));
    const b = await harness.start(
      harness.options(B, 2, { max_frame_size: 1_000, seeds: new Map([seed(A, 1)]) }),
    );
    await harness.until(() => b.network.connectivityManager.connectedCount === 1);
    const send = (bytes: number) => b.application.sender.sendTo(peerOf(A), DIRECT, new Uint8Array(bytes));
    expect(() => send(1_001)).toThrow(expect.objectContaining({ code: 'ERR_MESSAGE_TOO_LARGE' }));
    expect(send(900)).toBe(true);
  });

  it('limits the bytes that arrive in a second', async () => {
    const a = await harness.start(
      harness.options(A, 1, {
        inbound_rate_limit_config: {
          ip_byte_bucket_rate: 1_000,
          ip_byte_bucket_size: 1_000,
          initial_bucket_fill_percentage: 100,
          enabled: true,
        },
      }),
    );
    const b = await harness.start(harness.options(B, 2, { seeds: new Map([seed(A, 1)]) }));
    await harness.until(() => b.network.connectivityManager.connectedCount === 1);
    let received = 0;
    a.application.events.setHandler({ onMessage: () => received++ });
    b.application.sender.sendTo(peerOf(A), DIRECT, new Uint8Array(5_000));
    await harness.pass(2_500);
    expect(received).toBe(0);
    await harness.pass(4_000);
    expect(received).toBe(1);
  });

  it('expects a PROXY header where that is enabled', async () => {
    const a = await harness.start(harness.options(A, 1, { enable_proxy_protocol: true }));
    await harness.start(harness.options(B, 2, { seeds: new Map([seed(A, 1)]) }));
    await harness.pass(15_000);
    expect(a.network.connectivityManager.connectedCount).toBe(0);
    const upgrades = harness.metrics.observations('diem_network_connection_upgrade_time_seconds', {
      direction: 'inbound',
      state: 'failed',
    });
    expect(upgrades.length).toBeGreaterThan(0);
  });

  it('keeps chains apart', async () => {
    await harness.start(harness.options(A, 1));
    const b = await harness.start({
      ...harness.options(B, 2, { seeds: new Map([seed(A, 1)]) }),
      chainId: 9 as never,
    });
    await harness.pass(15_000);
    expect(b.network.connectivityManager.connectedCount).toBe(0);
  });
});

import { DEFAULT_TRANSPORT_OPTIONS, resolveTransportOptions } from '../src/options.js';

describe('resolveTransportOptions', () => {
  it('completes options with the defaults and leaves both unchanged', () => {
    const given = { upgradeTimeoutMs: 1000, noiseTimeoutMs: undefined };
    expect(resolveTransportOptions(given)).toEqual({ ...DEFAULT_TRANSPORT_OPTIONS, upgradeTimeoutMs: 1000 });
    expect(given).toEqual({ upgradeTimeoutMs: 1000, noiseTimeoutMs: undefined });
    expect(Object.isFrozen(DEFAULT_TRANSPORT_OPTIONS)).toBe(true);
  });

  it.each([
    { upgradeTimeoutMs: 0 },
    { maxPendingInboundUpgrades: -1 },
    { maxPendingInboundUpgradesPerIp: Number.NaN },
    { maxPendingInboundUpgradesPerNetwork: 0 },
    { failureLogIntervalMs: -1 },
  ])('refuses %o', (options) => {
    expect(() => resolveTransportOptions(options)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTIONS' }),
    );
  });

  it('allows to log every failure', () => {
    expect(resolveTransportOptions({ failureLogIntervalMs: 0 }).failureLogIntervalMs).toBe(0);
  });
});

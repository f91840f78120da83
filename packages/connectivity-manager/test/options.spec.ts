import {
  DEFAULT_CONNECTIVITY_MANAGER_OPTIONS as DEFAULTS,
  isDialableAddress,
  resolveConnectivityManagerOptions,
} from '../src/index.js';
import { address } from './harness.js';

describe('options', () => {
  it('fill in the defaults of the reference', () => {
    expect(resolveConnectivityManagerOptions()).toEqual(DEFAULTS);
    expect(DEFAULTS).toMatchObject({
      outboundLimit: 3,
      checkIntervalMs: 5_000,
      maxDelayMs: 60_000,
      backoffBase: 2,
      mutualAuthentication: false,
    });
  });

  it('take undefined for absent and leave their argument alone', () => {
    const given = Object.freeze({ maxDelayMs: undefined as never, outboundLimit: 7 });
    expect(resolveConnectivityManagerOptions(given)).toEqual({ ...DEFAULTS, outboundLimit: 7 });
  });

  it.each([
    ['outboundLimit', -1],
    ['outboundLimit', Number.NaN],
    ['checkIntervalMs', 0],
    ['checkIntervalMs', Number.POSITIVE_INFINITY],
    ['maxDelayMs', '60' as never],
    ['jitterShare', -0.1],
  ])('refuse %s of %p', (option, value) => {
    expect(() => resolveConnectivityManagerOptions({ [option]: value })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', details: { option } }),
    );
  });

  it('allow an outbound limit without end', () => {
    expect(resolveConnectivityManagerOptions({ outboundLimit: Infinity }).outboundLimit).toBe(Infinity);
  });
});

describe('isDialableAddress', () => {
  it('wants the shape that can be dialed and a handshake version that we speak', () => {
    expect(isDialableAddress(address(1))).toBe(true);
    expect(isDialableAddress(address(1).replace('handshake/0', 'handshake/1') as never)).toBe(false);
    expect(isDialableAddress('/ip4/10.0.0.1/tcp/1' as never)).toBe(false);
  });
});

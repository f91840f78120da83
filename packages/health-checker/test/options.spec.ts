import { DEFAULT_HEALTH_CHECKER_OPTIONS as DEFAULTS, resolveHealthCheckerOptions } from '../src/index.js';

describe('options', () => {
  it('fill in the defaults of the reference', () => {
    expect(resolveHealthCheckerOptions({})).toEqual(DEFAULTS);
    expect(DEFAULTS).toMatchObject({
      pingIntervalMs: 1_000,
      pingTimeoutMs: 10_000,
      pingFailuresTolerated: 5,
    });
    expect(resolveHealthCheckerOptions({ pingIntervalMs: 5 }).pingIntervalMs).toBe(5);
  });

  it.each([
    ['pingIntervalMs', 0],
    ['pingIntervalMs', Infinity],
    ['pingTimeoutMs', -1],
    ['pingTimeoutMs', '10' as never],
    ['pingFailuresTolerated', Number.NaN],
    ['roundTripSampleMs', 0],
  ])('refuse %s of %p', (option, value) => {
    expect(() => resolveHealthCheckerOptions({ [option]: value })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', details: { option } }),
    );
  });
});

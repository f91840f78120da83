import * as api from '../src/index.js';

describe('@diemnet/health-checker', () => {
  it('exports these names', () => {
    expect(Object.keys(api).sort()).toEqual([
      'DEFAULT_HEALTH_CHECKER_OPTIONS',
      'HealthChecker',
      'HealthCheckerError',
      'createHealthChecker',
      'healthCheckerApplication',
      'healthCheckerCodec',
      'resolveHealthCheckerOptions',
    ]);
  });
});

import * as api from '../src/index.js';

describe('@diemnet/connectivity-manager', () => {
  it('exports these names', () => {
    expect(Object.keys(api).sort()).toEqual([
      'ConnectivityManager',
      'ConnectivityManagerError',
      'DEFAULT_CONNECTIVITY_MANAGER_OPTIONS',
      'DISCOVERY_SOURCES',
      'isDialableAddress',
      'resolveConnectivityManagerOptions',
      'upstreamRoles',
    ]);
  });
});

import * as api from '../src/index.js';
import * as testing from '../src/testing/index.js';

describe('@diemnet/network', () => {
  it('exports these names', () => {
    expect(Object.keys(api).sort()).toEqual([
      'DEFAULT_APPLICATION_OPTIONS',
      'DIEM_APPLICATIONS',
      'NetworkError',
      'NetworkSender',
      'bcsCodec',
      'bytesCodec',
      'defineApplication',
      'diemProtocols',
      'jsonCodec',
      'registerApplication',
      'schemaCodec',
    ]);
    expect(Object.keys(testing).sort()).toEqual(['LoopbackNetwork', 'LoopbackNode']);
  });
});

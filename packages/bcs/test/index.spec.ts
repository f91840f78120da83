import * as api from '../src/index.js';

it('exports these names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'BCS_MAX_DEPTH',
    'BCS_MAX_LENGTH',
    'BcsError',
    'BcsReader',
    'BcsWriter',
    'ULEB128_MAX',
    'compareBytes',
    'decode',
    'decodeWithSchema',
    'encode',
    'encodeWithSchema',
  ]);
});

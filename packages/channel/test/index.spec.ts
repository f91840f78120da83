import * as api from '../src/index.js';

it('exports these names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'ChannelError',
    'ChannelReceiver',
    'GaugedChannel',
    'KeyedChannel',
    'QUEUE_STYLES',
    'channelCounters',
  ]);
});

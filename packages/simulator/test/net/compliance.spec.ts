import { socketCompliance, transportCompliance } from '@diemnet/netcore/testing';
import { parseNetworkAddress } from '@diemnet/network-address';
import type { Socket } from '@diemnet/types';
import {
  SimulatedNetwork,
  SimulatedTransport,
  VirtualTime,
  type SimulatedNetworkOptions,
} from '../../src/index.js';

const runner = { describe, it, expect };
const address = parseNetworkAddress;

/** Two hosts in a simulation that runs by itself until the test is over. */
function running(options: SimulatedNetworkOptions) {
  const time = new VirtualTime();
  const controller = new AbortController();
  const over = time.drive(controller.signal);
  const network = new SimulatedNetwork(time, options);
  return {
    here: new SimulatedTransport(network, network.host('10.0.0.1')),
    there: new SimulatedTransport(network, network.host('10.0.0.2')),
    cleanup: async () => {
      controller.abort();
      await over;
    },
  };
}

async function pair(options: SimulatedNetworkOptions) {
  const { here, there, cleanup } = running(options);
  let accept!: (socket: Socket) => void;
  const accepted = new Promise<Socket>((resolve) => (accept = resolve));
  const listener = await there.listen(address('/ip4/10.0.0.2/tcp/0'), {
    onConnection: ({ socket }) => accept(socket),
    onError() {},
  });
  const a = await here.dial(listener.address);
  const b = await accepted;
  await listener.close();
  return { a, b, cleanup };
}

const variants: readonly (readonly [string, SimulatedNetworkOptions, number])[] = [
  ['on the default link', {}, 1e6],
  ['with stable chunks', { stableChunks: true }, 1e6],
  [
    'in random pieces over a slow link',
    { link: { randomChunks: true, chunkBytes: 5000, bytesPerSecond: 1e6 } },
    1e6,
  ],
  ['in small pieces', { link: { chunkBytes: 100, windowBytes: 10_000, jitterMs: 0 } }, 400_000],
];

for (const [name, options, floodBytes] of variants) {
  socketCompliance(`SimulatedSocket ${name}`, () => pair(options), runner, { floodBytes });
}

transportCompliance(
  'SimulatedTransport',
  async () => {
    const { here, cleanup } = running({});
    return {
      transport: here,
      listenAddress: address('/ip4/10.0.0.1/tcp/0'),
      foreignToListen: [address('/memory/1'), address('/dns/localhost/tcp/1')],
      foreignToDial: [address('/memory/1'), address('/dns/localhost/tcp/1')],
      cleanup,
    };
  },
  runner,
);

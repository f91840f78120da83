import { createMemorySocketPair, MemoryNetwork } from '@diemnet/memsocket';
import { parseNetworkAddress } from '@diemnet/network-address';
import { MockTime } from '@diemnet/types/testing';
import { MemoryTransport, TcpTransport } from '../src/index.js';
import { faultySocket, socketCompliance, transportCompliance, type Faults } from '../src/testing/index.js';
import { connectTcpPair } from './tcp-pair.js';

const runner = { describe, it, expect };
const addresses = (...texts: string[]) => texts.map(parseNetworkAddress);
const KEY = '00'.repeat(32);

async function memoryPair() {
  const [a, b] = createMemorySocketPair();
  return { a, b };
}

async function faultyPair(faults: Faults) {
  const [a, b] = createMemorySocketPair();
  return { a: faultySocket(a, faults), b: faultySocket(b, faults) };
}

/** Time in which every wait ends at once. */
function impatientTime(): MockTime {
  const time = new MockTime();
  time.autoAdvance(Infinity);
  return time;
}

socketCompliance('a memory socket', memoryPair, runner, { floodBytes: 2 ** 20 });
socketCompliance('a dialed TCP socket', () => connectTcpPair(), runner);
socketCompliance(
  'an accepted TCP socket',
  async () => {
    const { a: b, b: a, cleanup } = await connectTcpPair();
    return { a, b, cleanup };
  },
  runner,
);
socketCompliance('a socket without faults', () => faultyPair({}), runner, { floodBytes: 2 ** 20 });
socketCompliance(
  'a socket that delivers byte by byte into memory it uses again',
  () => faultyPair({ chunkSize: 1, reuseChunks: true }),
  runner,
  { floodBytes: 2 ** 17 },
);
socketCompliance(
  'a slow socket',
  () => faultyPair({ latencyMs: 50, chunkSize: 700, time: impatientTime() }),
  runner,
  { floodBytes: 2 ** 20 },
);

transportCompliance(
  'MemoryTransport',
  async () => ({
    transport: new MemoryTransport(new MemoryNetwork()),
    listenAddress: parseNetworkAddress('/memory/0'),
    foreignToListen: addresses('/ip4/127.0.0.1/tcp/0', '/memory/1/memory/2', `/memory/1/ln-noise-ik/${KEY}`),
    foreignToDial: addresses('/ip4/127.0.0.1/tcp/80', '/dns/localhost/tcp/80', '/memory/1/ln-handshake/0'),
  }),
  runner,
);
transportCompliance(
  'TcpTransport',
  async () => ({
    transport: new TcpTransport({ env: {} }),
    listenAddress: parseNetworkAddress('/ip4/127.0.0.1/tcp/0'),
    foreignToListen: addresses('/memory/0', '/dns/localhost/tcp/0', '/ip4/127.0.0.1/tcp/0/ln-handshake/0'),
    foreignToDial: addresses('/memory/1', '/ip4/127.0.0.1', '/ip6/::1/tcp/80/tcp/80'),
  }),
  runner,
);

const MIB = 1 << 20;

/**
 * What is measured across two processes, and the targets: ratios to another system, taken within a round.
 * `oneWay`: the server counts. `leastMs`, `leastWarmMs`: where few operations fit into a moment, or code must be compiled first.
 * `turns`: the measurement in so many parts, between which the other systems have theirs.
 * `notQuick`: left out by --quick unless it is asked for.
 * `nodeArguments`: memory, measured in processes of its own with these. `field`: what of a result is compared, `value` unless said.
 */
export const METRICS = [
  {
    name: 'bulk',
    title: 'DirectSend one way, 1 MiB',
    unit: 'MB/s',
    oneWay: true,
    leastWarmMs: 2000,
    leastMs: 3000,
    scale: MIB / 1e6,
    targets: [
      { against: 'tls', atLeast: 0.8 },
      { against: 'libp2p', atLeast: 1.15 },
    ],
  },
  {
    name: 'messages',
    title: 'DirectSend one way, 100 B',
    unit: 'messages/s',
    oneWay: true,
    targets: [
      { against: 'libp2p', atLeast: 20 },
      { against: 'grpc', atLeast: 15 },
    ],
  },
  {
    name: 'rpc1',
    title: 'RPC 100 B, one at a time',
    unit: 'calls/s',
    targets: [
      { against: 'tls', atLeast: 0.65 },
      { against: 'libp2p', atLeast: 9 },
      { against: 'grpc', atLeast: 3 },
    ],
  },
  {
    name: 'rpc64',
    title: 'RPC 100 B, 64 in flight',
    unit: 'calls/s',
    targets: [
      { against: 'tls', atLeast: 0.35 },
      { against: 'libp2p', atLeast: 40 },
      { against: 'grpc', atLeast: 15 },
    ],
  },
  {
    name: 'rpcLarge',
    title: 'RPC 1 MiB both ways, one at a time',
    unit: 'MB/s',
    scale: MIB / 1e6,
    targets: [
      { against: 'tls', atLeast: 0.75 },
      { against: 'grpc', atLeast: 1.5 },
    ],
  },
  {
    name: 'connections',
    title: 'connect, authenticate, negotiate, close; 8 at a time',
    unit: 'connections/s',
    leastWarmMs: 5000,
    leastMs: 3000,
    targets: [
      { against: 'tls', atLeast: 1.5 },
      { against: 'libp2p', atLeast: 10 },
    ],
  },
  {
    name: 'memory',
    title: 'memory per idle connection on the server',
    unit: 'KiB',
    nodeArguments: [],
    targets: [
      { against: 'tls', atMost: 0.4 },
      { against: 'libp2p', atMost: 0.25 },
    ],
  },
  {
    name: 'memoryHeld',
    title: 'the same with a young generation of 1 MiB, which does not grow with garbage',
    unit: 'KiB',
    nodeArguments: ['--max-semi-space-size=1'],
    notQuick: true,
    targets: [],
  },
  {
    name: 'portable',
    title: 'portable cryptography, DirectSend 1 MiB',
    unit: 'MB/s',
    oneWay: true,
    leastWarmMs: 2000,
    leastMs: 12_000,
    turns: 6,
    scale: MIB / 1e6,
    ours: 'portable',
    targets: [{ against: 'portable-cipher', atLeast: 0.85 }],
  },
  {
    name: 'urgent',
    title: 'urgent 100 B beside a stream of 8 MiB messages, p99 delay',
    unit: 'ms',
    targets: [{ field: 'ratio', against: 'the time of one 8 MiB message', atMost: 2 }],
  },
  {
    name: 'growth',
    title: 'CPU of the server per message, 200 connections',
    unit: 'µs',
    ours: 'many',
    targets: [{ field: 'ratio', against: 'one connection', atMost: 1.3 }],
  },
  {
    name: 'broadcast',
    title: 'one message of 100 B to 100 peers',
    unit: 'µs',
    ours: 'many',
    targets: [],
  },
];

/** Which systems there are; `peers` need the packages in peers/. */
export const SYSTEMS = [
  { name: 'tcp', file: 'systems/tcp.mjs' },
  { name: 'tls', file: 'systems/tls.mjs', tls: true },
  { name: 'diemnet', file: 'systems/diemnet.mjs' },
  { name: 'libp2p', file: 'peers/libp2p.mjs', peers: true },
  { name: 'libp2p-stream', file: 'peers/libp2p.mjs', peers: true, env: { BENCH_LONG_STREAM: '1' } },
  { name: 'grpc', file: 'peers/grpc.mjs', peers: true, tls: true },
  { name: 'ws', file: 'peers/ws.mjs', peers: true, tls: true },
  { name: 'portable', file: 'systems/diemnet.mjs', env: { BENCH_BACKEND: 'portable' } },
  { name: 'portable-cipher', file: 'systems/portable-cipher.mjs' },
  { name: 'many', file: 'systems/many.mjs' },
];

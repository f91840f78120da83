import { formatNumber } from '../harness/statistics.mjs';
import { summarizeRatio } from './ratios.mjs';

const PEERS = [
  ['libp2p', 'js-libp2p'],
  ['grpc', 'grpc-js'],
  ['ws', 'ws over TLS'],
  ['tls', 'bare node:tls'],
];

/** What the README shows, and whether less is better. */
const ROWS = [
  { metric: 'bulk', what: 'messages of 1 MiB, one way' },
  { metric: 'messages', what: 'messages of 100 bytes, one way' },
  { metric: 'rpc1', what: 'requests of 100 bytes, one at a time' },
  { metric: 'rpc64', what: 'requests of 100 bytes, 64 in flight' },
  { metric: 'rpcLarge', what: 'requests of 1 MiB both ways' },
  { metric: 'connections', what: 'connections made and closed, per second' },
  { metric: 'memory', what: 'memory per idle connection (less is better)' },
];

/** How many times as much as each of the others, from medians of ratios within rounds. */
export function shortTable(data) {
  const cell = (metric, system) => {
    const ratio = summarizeRatio(data, metric, 'diemnet', system);
    return ratio === undefined ? '' : `${formatNumber(ratio.median)} ×`;
  };
  return {
    head: ['DiemNet beside', ...PEERS.map(([, title]) => title)],
    rows: ROWS.map(({ metric, what }) => [what, ...PEERS.map(([system]) => cell(metric, system))]),
  };
}

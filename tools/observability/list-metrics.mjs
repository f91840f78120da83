/**
 * Every metric that the packages register, with kind and labels: a network with everything switched on is made against
 * metrics that only take down what they are asked for. Reads the compiled packages (`npm run compile`).
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');
const load = (name) => import(pathToFileURL(path.join(root, 'packages', name, 'dist/index.js')).href);

/** Takes down what is asked for. */
function recordingMetrics() {
  const found = new Map();
  const series = { inc() {}, dec() {}, set() {}, observe() {} };
  const ask = (kind) => (options) => {
    const { name, labelNames = [] } = options;
    const known = found.get(name);
    const labels = [...labelNames].sort();
    if (known !== undefined && (known.kind !== kind || known.labels.join() !== labels.join())) {
      throw new TypeError(`${name} is asked for as two different metrics`);
    }
    found.set(name, { kind, labels });
    return { labels: () => series, remove() {} };
  };
  return { found, metrics: { counter: ask('counter'), gauge: ask('gauge'), histogram: ask('histogram') } };
}

/** Name to kind and labels, in the order of names. */
export async function listMetrics() {
  const [{ NetworkBuilder, ReconfigurationFeed, DEFAULT_RATE_LIMIT_CONFIG }, types] = await Promise.all([
    load('builder'),
    load('types'),
  ]);
  const { found, metrics } = recordingMetrics();
  const limit = { ...DEFAULT_RATE_LIMIT_CONFIG, enabled: true };
  const network = await NetworkBuilder.create({
    chainId: 4,
    role: 'validator',
    metrics,
    reconfigurations: new ReconfigurationFeed(),
    config: {
      network_id: types.VALIDATOR_NETWORK,
      mutual_authentication: true,
      listen_address: '/ip4/127.0.0.1/tcp/0',
      discovery_methods: [{ type: 'onchain' }],
      inbound_rate_limit_config: limit,
      outbound_rate_limit_config: limit,
    },
  });
  await network.stop({ graceMs: 0 });
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [name, { kind, labels }] of await listMetrics())
    console.log(`${kind.padEnd(9)} ${name} ${labels.join(',')}`);
}

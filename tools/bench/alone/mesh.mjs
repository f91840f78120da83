// 50 nodes in one process, each connected to each, over memory.
import { MemoryNetwork } from '@diemnet/memsocket';
import { BULK, createNode, dial } from '../systems/nodes.mjs';
import { Payloads } from '../harness/payloads.mjs';

const NODES = 50;
const MESSAGES = 20;

const memoryNetwork = new MemoryNetwork();
const start = performance.now();
const nodes = [];
let received = 0;
for (let i = 0; i < NODES; i++) {
  const seeds = nodes.map(({ listenAddress }) => listenAddress);
  const node = await createNode({ seeds, memoryNetwork, listenAddress: `/memory/${1000 + i}` });
  node.applications.bench.events.setHandler({ onMessage: () => received++ });
  await Promise.all(nodes.map((other) => dial(node, other)));
  nodes.push(node);
}
const connections = (NODES * (NODES - 1)) / 2;
const connectedMs = performance.now() - start;

const payloads = new Payloads(100);
const sendStart = performance.now();
for (let round = 0; round < MESSAGES; round++) {
  for (const node of nodes) {
    const { sender } = node.applications.bench;
    const peers = sender.connectedPeers().map(({ remotePeerId }) => remotePeerId);
    sender.sendToMany(peers, BULK, payloads.next());
  }
  while (received < (round + 1) * NODES * (NODES - 1)) await new Promise((resolve) => setImmediate(resolve));
}
const sendMs = performance.now() - sendStart;
process.send([
  {
    title: `mesh of ${NODES} nodes in memory: connections made`,
    value: (1000 * connections) / connectedMs,
    unit: '/s',
  },
  { title: `mesh of ${NODES} nodes in memory: all connected`, value: connectedMs, unit: 'ms' },
  {
    title: 'mesh: broadcasts of each to all, messages delivered',
    value: (1000 * received) / sendMs,
    unit: '/s',
  },
]);
await Promise.all(nodes.map((node) => node.stop()));
process.exit(0);

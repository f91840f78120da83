import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNode, parseNodeConfig } from '@diemnet/builder';
import { jsonCodec } from '@diemnet/network';

// An existing program: an HTTP service that answers with what the network has told it.
const heard: string[] = [];
const http = createServer((_request, response) => response.end(JSON.stringify(heard)));
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));

// The node inside of it, from the configuration that "diemnet node" takes too.
const CHAT = 52;
const config = parseNodeConfig(`
base: { role: full_node, chain_id: TESTING }
full_node_networks:
  - network_id: public
    listen_address: /ip4/127.0.0.1/tcp/0
`);
const node = await createNode(config, {
  onNetwork(network) {
    const { events } = network.registerApplication<string>({
      name: 'chat',
      protocols: [{ id: CHAT, name: 'chat', kinds: ['direct-send'], codec: jsonCodec<string>() }],
    });
    events.setHandler({ onMessage: (text) => void heard.push(text) });
  },
});
await node.start();

// Both end together: first no new work, then what was accepted is sent, then nothing is left.
let stopping: Promise<void> | undefined;
async function shutdown(reason: string): Promise<void> {
  console.log(`stopping: ${reason}`);
  await Promise.all([
    new Promise<void>((resolve) => http.close(() => resolve())),
    node.stop({ graceMs: 5000 }),
  ]);
  console.log('stopped in order');
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => (stopping ??= shutdown(signal)));
}

const answer = await fetch(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
console.log(`HTTP answers ${await answer.text()} while ${node.networks.length} network runs`);

// An orchestrator would do this.
process.kill(process.pid, 'SIGTERM');
await new Promise((resolve) => setImmediate(resolve));
await stopping;

import { createNetwork } from '@diemnet/builder';
import { promMetrics } from '@diemnet/inspector';

// Metrics under the names of the reference, so that its dashboards and alerts go on working.
const metrics = promMetrics();
const common = { chainId: 'TESTING', listenAddress: '/ip4/127.0.0.1/tcp/0' };
const one = await createNetwork({ ...common, metrics });
const two = await createNetwork({ ...common, seeds: [one.listenAddress] });
await new Promise<void>((resolve) => {
  one.network.peerManager.subscribe(() => resolve());
});

// What an endpoint /metrics would answer; `diemnet node --admin` and startAdminServer serve it for you.
const text = await metrics.registry.metrics();
const line = text.split('\n').find((each) => /^diem_connections\{.*direction="inbound"/.test(each));
console.log(line?.replace(/peer_id="\w+"/, 'peer_id="…"'));

await two.stop();
await one.stop();

// Start of a node with 1,000 known peers, of which none answers.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { randomBytes } from 'node:crypto';
import { createNode } from '../systems/nodes.mjs';
import { sleep } from '../harness/loops.mjs';

const delay = monitorEventLoopDelay({ resolution: 1 });
for (const peers of [10, 1000]) {
  // Port 1 of loopback: refused at once.
  const seeds = Array.from(
    { length: peers },
    () => `/ip4/127.0.0.1/tcp/1/ln-noise-ik/${randomBytes(32).toString('hex')}/ln-handshake/0`,
  );
  const cpu = process.cpuUsage();
  delay.reset();
  delay.enable();
  const start = performance.now();
  const node = await createNode({ seeds, config: { max_outbound_connections: 1000 } });
  const startedMs = performance.now() - start;
  await sleep(2000);
  const { user, system } = process.cpuUsage(cpu);
  process.send([
    { title: `start with ${peers} known peers`, value: startedMs, unit: 'ms' },
    {
      title: `its CPU in the first two seconds, dialing them all`,
      value: (user + system) / 1000,
      unit: 'ms',
    },
    { title: `its longest delay of the event loop`, value: delay.max / 1e6, unit: 'ms' },
  ]);
  await node.stop();
}
process.exit(0);

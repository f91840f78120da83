/**
 * One node under a flood of half-open connections, then under peers that want its memory. All on loopback, bounded in
 * number and time. `npm run flood -- --connections 5000`.
 */
import { parseArgs } from 'node:util';
import { fork } from 'node:child_process';
import path from 'node:path';
import { DEFAULT_PEER_OPTIONS } from '@diemnet/peer';
import { DEFAULT_TRANSPORT_OPTIONS } from '@diemnet/transport';
import { DEFAULT_UNKNOWN_PEER_OPTIONS } from '@diemnet/peer-manager';
import { generateKeyPair } from '@diemnet/noise';
import { bytesToHex } from '@diemnet/types';
import { NodeProcess, sleep } from '../chaos/node-process.mjs';
import { connectionBytes, HALF_OPEN_BYTES, nodeBytes } from './formula.mjs';

const { values: args } = parseArgs({
  options: {
    connections: { type: 'string', default: '5000' },
    greedy: { type: 'string', default: '12' },
    seconds: { type: 'string', default: '15' },
  },
});
const HONEST = 3;
const MIB = 2 ** 20;
const UNKNOWN = { ...DEFAULT_PEER_OPTIONS, ...DEFAULT_UNKNOWN_PEER_OPTIONS };
const complaints = [];
const wrong = (text) => complaints.push(text);
const mib = (bytes) => (bytes / MIB).toFixed(1);

const target = new NodeProcess();
const { listenAddress } = await target.order('start', {
  privateKey: bytesToHex(generateKeyPair().privateKey.expose()),
  networkId: 'Public',
  mutualAuthentication: false,
  listenAddress: '/ip4/127.0.0.1/tcp/0',
  incarnation: 1,
  // Memory is the question here: greedy peers must not go for another reason.
  config: { ping_interval_ms: 60_000 },
  tuning: { peer: { inboundRpcTimeoutMs: 60_000, writeStallTimeoutMs: 60_000 } },
});
const honest = [];
for (let i = 0; i < HONEST; i++) {
  const node = new NodeProcess();
  await node.order('start', {
    privateKey: bytesToHex(generateKeyPair().privateKey.expose()),
    networkId: 'Public',
    mutualAuthentication: false,
    listenAddress: '/ip4/127.0.0.1/tcp/0',
    incarnation: 1,
    config: { connectivity_check_interval_ms: 500 },
    seeds: [seedOf(listenAddress)],
  });
  honest.push(node);
}
await until(
  async () => (await target.order('status')).connected.length === HONEST,
  'honest peers to connect',
);
for (const node of honest) await node.order('talk', { bytes: 1000 });
await sleep(2000);
const before = await target.order('status', { gc: true });
console.log(`${HONEST} honest peers are connected; heap ${mib(heapOf(before))} MiB`);

await halfOpenFlood();
await greedyPeers();

for (const node of [...honest, target]) {
  await node.order('stop').catch((error) => wrong(`stop: ${error.message}`));
  const code = await Promise.race([node.exited, sleep(10_000).then(() => 'alive')]);
  if (code !== 0) wrong(`a node ended with ${code}`);
  if (code === 'alive') node.signal('SIGKILL');
}
for (const complaint of complaints) console.error(`WRONG: ${complaint}`);
console.log(complaints.length === 0 ? 'flood passed' : `flood failed: ${complaints.length} complaints`);
process.exit(complaints.length === 0 ? 0 : 1);

/** Thousands of connections that begin a handshake and do not go on, from fifty addresses. */
async function halfOpenFlood() {
  const beforeFlood = await honestState();
  const flooder = fork(path.join(import.meta.dirname, 'flooder.mjs'), [
    listenAddress,
    args.connections,
    String(Number(args.seconds) * 1000),
  ]);
  const ended = new Promise((resolve) => flooder.on('message', resolve));
  let peak = 0;
  let mostPending = 0;
  let over = false;
  const report = ended.then((summary) => ((over = true), summary));
  while (!over) {
    const status = await target.order('status', { gc: true });
    peak = Math.max(peak, heapOf(status));
    mostPending = Math.max(mostPending, status.metrics.diem_network_pending_connection_upgrades ?? 0);
    await Promise.race([report, sleep(500)]);
  }
  const summary = await report;
  const after = await target.order('status', { gc: true });
  const afterFlood = await honestState();
  const answered = afterFlood.answered - beforeFlood.answered;
  const bound = nodeBytes({
    connections: [[HONEST, connectionBytes(UNKNOWN, [])]],
    maxPendingInboundUpgrades: DEFAULT_TRANSPORT_OPTIONS.maxPendingInboundUpgrades,
    maxFrameBytes: DEFAULT_PEER_OPTIONS.maxFrameBytes,
  });
  const floodBound = DEFAULT_TRANSPORT_OPTIONS.maxPendingInboundUpgrades * HALF_OPEN_BYTES;
  const refused = Object.fromEntries(
    Object.entries(after.metrics).filter(([name]) =>
      name.startsWith('diem_network_inbound_upgrades_refused'),
    ),
  );
  const cpuMs = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1000;
  console.log(`flood: ${JSON.stringify(summary)}`);
  console.log(
    `  refused: ${JSON.stringify(refused)}; at most ${mostPending} upgrades at once, ${Math.round(cpuMs)} ms of CPU`,
  );
  console.log(
    `  honest peers: ${answered} requests answered, slowest ${Math.round(afterFlood.slowestMs)} ms`,
  );
  console.log(
    `  heap: ${mib(heapOf(before))} before, ${mib(peak)} at most, ${mib(heapOf(after))} MiB after; ` +
      `the flood may take ${mib(floodBound)}, all peers ${mib(bound)} MiB`,
  );
  if (after.connected.length !== HONEST)
    wrong(`${after.connected.length} of ${HONEST} honest peers are connected`);
  if (Object.keys(after.events.lost).length > 0)
    wrong(`honest peers were lost: ${JSON.stringify(after.events.lost)}`);
  if (Object.keys(afterFlood.failed).length > 0)
    wrong(`requests failed: ${JSON.stringify(afterFlood.failed)}`);
  if (answered < HONEST * Number(args.seconds)) wrong(`only ${answered} requests were answered`);
  if (summary.opened < Number(args.connections)) wrong(`only ${summary.opened} connections were opened`);
  if (mostPending > DEFAULT_TRANSPORT_OPTIONS.maxPendingInboundUpgrades)
    wrong(`${mostPending} upgrades at once`);
  if (peak > heapOf(before) + floodBound) wrong(`the flood took ${mib(peak - heapOf(before))} MiB`);
}

/** Authenticated peers: frames that never end, requests that are never answered, answers that are never read. */
async function greedyPeers() {
  const count = Number(args.greedy);
  await target.order('silence');
  const beforeAttack = heapOf(await target.order('status', { gc: true }));
  const attacker = fork(path.join(import.meta.dirname, 'greedy.mjs'), [listenAddress, String(count)]);
  await new Promise((resolve) => attacker.on('message', resolve));
  // What is still in the system's buffers arrives now.
  await sleep(1500);
  const status = await target.order('status', { gc: true });
  attacker.kill();
  const perPeer = connectionBytes(UNKNOWN, []);
  const greedy = status.memory.filter(({ receiving, pendingRequests }) => receiving + pendingRequests > MIB);
  const worst = greedy.toSorted((a, b) => b.total - a.total)[0];
  const held = status.memory.reduce((sum, { total }) => sum + total, 0);
  const grown = heapOf(status) - beforeAttack;
  console.log(
    `greed: ${count} peers; ${greedy.length} hold more than 1 MiB of us, ${mib(held)} MiB by the ledger`,
  );
  console.log(`  worst: ${JSON.stringify(worst)}; at most ${mib(perPeer)} MiB per peer by the formula`);
  console.log(`  heap grew by ${mib(grown)} MiB; ${count} such peers may take ${mib(count * perPeer)} MiB`);
  if (greedy.length < count) wrong(`the attack did not work: ${greedy.length} of ${count} peers`);
  for (const peer of status.memory) {
    if (peer.receiving > UNKNOWN.maxFrameBytes + 64 * 1024)
      wrong(`a peer holds ${peer.receiving} bytes of a frame`);
    if (peer.pendingRequests > UNKNOWN.maxPendingInboundRpcBytes)
      wrong(`requests hold ${peer.pendingRequests} bytes`);
    if (peer.sending > UNKNOWN.maxQueuedBytes) wrong(`lanes hold ${peer.sending} bytes`);
    if (peer.total > perPeer) wrong(`a peer holds ${peer.total} bytes`);
  }
  if (grown > count * perPeer) wrong(`the heap grew by ${grown} bytes`);
  // The ledger is worth something only if it knows of nearly everything.
  if (grown > 1.25 * held + 32 * MIB)
    wrong(`the heap grew by ${mib(grown)} MiB, the ledger knows of ${mib(held)}`);
  await until(
    async () => heapOf(await target.order('status', { gc: true })) < beforeAttack + 16 * MIB,
    'the memory to be given back',
  );
  const after = await target.order('status', { gc: true });
  console.log(`  after they left: heap ${mib(heapOf(after))} MiB, ${after.connected.length} peers`);
  if (after.connected.length !== HONEST)
    wrong(`${after.connected.length} of ${HONEST} honest peers are connected`);
}

async function honestState() {
  const all = await Promise.all(honest.map((node) => node.order('status')));
  const failed = {};
  for (const { requests } of all) {
    for (const [code, n] of Object.entries(requests.failed)) failed[code] = (failed[code] ?? 0) + n;
  }
  return {
    answered: all.reduce((sum, { requests }) => sum + requests.answered, 0),
    slowestMs: Math.max(...all.map(({ requests }) => requests.slowestMs)),
    failed,
  };
}

function heapOf({ heapUsed, arrayBuffers }) {
  return heapUsed + arrayBuffers;
}

function seedOf(address) {
  const publicKey = /\/ln-noise-ik\/([0-9a-f]{64})/.exec(address)[1];
  return { peerId: publicKey.slice(32), publicKey, role: 'Upstream', addresses: [address] };
}

async function until(holds, what) {
  const from = performance.now();
  while (!(await holds())) {
    if (performance.now() - from > 15_000) {
      wrong(`waited in vain for ${what}`);
      return;
    }
    await sleep(200);
  }
}

/**
 * One node under a flood of half-open connections, then under peers that want its memory. All on loopback, bounded in
 * number and time. `npm run flood -- --connections 5000`.
 */
import { fork } from 'node:child_process';
import path from 'node:path';
import { DEFAULT_PEER_OPTIONS } from '@diemnet/peer';
import { DEFAULT_TRANSPORT_OPTIONS } from '@diemnet/transport';
import { DEFAULT_UNKNOWN_PEER_OPTIONS } from '@diemnet/peer-manager';
import { generateKeyPair } from '@diemnet/noise';
import { bytesToHex } from '@diemnet/types';
import { NodeProcess, sleep } from '../chaos/node-process.mjs';
import { parseCommand } from '../workspace/command.mjs';
import { connectionBytes, HALF_OPEN_BYTES, nodeBytes } from './formula.mjs';

const args = parseCommand({
  usage: 'npm run flood -- [options]',
  about:
    'One node under half-open connections and under peers that want its memory, on loopback. See docs/memory.md.',
  options: {
    connections: { type: 'number', value: 'N', default: 5000, help: 'half-open connections' },
    greedy: { type: 'number', value: 'N', default: 12, help: 'peers that want memory, of each kind' },
    seconds: { type: 'number', value: 'N', default: 10, help: 'how long the flood lasts at least' },
  },
});
const HONEST = 3;
/** Less than by default, so that it can be waited for; long enough to look before. */
const WRITE_STALL_MS = 6000;
const MIB = 2 ** 20;
const UNKNOWN = { ...DEFAULT_PEER_OPTIONS, ...DEFAULT_UNKNOWN_PEER_OPTIONS };
const complaints = [];
const wrong = (text) => complaints.push(text);
const mib = (bytes) => (bytes / MIB).toFixed(1);

const startNode = (node, details) =>
  node.order('start', {
    privateKey: bytesToHex(generateKeyPair().privateKey.expose()),
    networkId: 'Public',
    mutualAuthentication: false,
    listenAddress: '/ip4/127.0.0.1/tcp/0',
    incarnation: 1,
    ...details,
  });

const target = new NodeProcess();
const { listenAddress } = await startNode(target, {
  // Memory is the question here: greedy peers must not go for another reason.
  config: { ping_interval_ms: 60_000 },
  tuning: { peer: { inboundRpcTimeoutMs: 60_000, writeStallTimeoutMs: WRITE_STALL_MS } },
});
const honest = [];
for (let i = 0; i < HONEST; i++) {
  const node = new NodeProcess();
  await startNode(node, {
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
await deafPeers();
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
    String(args.connections),
    String(args.seconds * 1000),
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
  if (answered < HONEST * args.seconds) wrong(`only ${answered} requests were answered`);
  if (summary.opened < args.connections) wrong(`only ${summary.opened} connections were opened`);
  if (mostPending > DEFAULT_TRANSPORT_OPTIONS.maxPendingInboundUpgrades)
    wrong(`${mostPending} upgrades at once`);
  if (peak > heapOf(before) + floodBound) wrong(`the flood took ${mib(peak - heapOf(before))} MiB`);
}

/** Authenticated peers that ask for much and read nothing: they cost their own place, until they are given up. */
async function deafPeers() {
  const count = args.greedy;
  const [beforeAttack, honestBefore] = [await target.order('status', { gc: true }), await honestState()];
  const attacker = await attackers(count, 'deaf');
  let most = { held: 0, grown: 0, deaf: [] };
  const isDeaf = ({ sending }) => sending > 8 * MIB;
  await until(async () => {
    const status = await target.order('status', { gc: true });
    const deaf = status.memory.filter(isDeaf);
    const held = status.memory.reduce((sum, { total }) => sum + total, 0);
    if (deaf.length >= most.deaf.length) {
      most = { deaf, held, grown: heapOf(status) - heapOf(beforeAttack) };
    }
    return deaf.length === count;
  }, 'answers to pile up');
  const perPeer = connectionBytes(UNKNOWN, []);
  const worst = most.deaf.toSorted((a, b) => b.total - a.total)[0];
  console.log(`deaf: ${most.deaf.length} of ${count} peers keep more than 8 MiB of answers waiting`);
  console.log(`  worst: ${JSON.stringify(worst)}; at most ${mib(perPeer)} MiB per peer by the formula`);
  console.log(`  heap grew by ${mib(most.grown)} MiB, the ledger knows of ${mib(most.held)} MiB`);
  for (const { sending, total } of most.deaf) {
    if (sending > UNKNOWN.maxQueuedBytes) wrong(`lanes hold ${sending} bytes for a peer that does not read`);
    if (total > perPeer) wrong(`a peer that does not read holds ${total} bytes`);
  }
  if (most.grown > count * perPeer) wrong(`the heap grew by ${most.grown} bytes`);
  await until(
    async () => ((await target.order('status')).events.lost['write-stalled'] ?? 0) === count,
    'peers that do not read to be given up',
    3 * WRITE_STALL_MS,
  );
  attacker.kill();
  await until(
    async () => heapOf(await target.order('status', { gc: true })) < heapOf(beforeAttack) + 16 * MIB,
    'the memory to be given back',
  );
  const [after, honestAfter] = [await target.order('status'), await honestState()];
  console.log(
    `  given up: ${JSON.stringify(after.events.lost)}; honest peers: ${honestAfter.answered - honestBefore.answered} ` +
      `requests answered, slowest ${Math.round(honestAfter.slowestMs)} ms`,
  );
  if (honestAfter.answered === honestBefore.answered) wrong('no request of an honest peer was answered');
  if (Object.keys(honestAfter.failed).length > 0)
    wrong(`requests failed: ${JSON.stringify(honestAfter.failed)}`);
  if (after.connected.length !== HONEST)
    wrong(`${after.connected.length} of ${HONEST} honest peers are connected`);
}

/** A process with `count` peers, once they have done what they do. */
async function attackers(count, how) {
  const attacker = fork(path.join(import.meta.dirname, 'greedy.mjs'), [listenAddress, String(count), how]);
  await new Promise((resolve) => attacker.on('message', resolve));
  return attacker;
}

/** Authenticated peers: frames that never end and requests that are never answered. */
async function greedyPeers() {
  const count = args.greedy;
  await target.order('silence');
  const beforeAttack = heapOf(await target.order('status', { gc: true }));
  const attacker = await attackers(count, 'unanswered');
  const isGreedy = ({ receiving, pendingRequests }) => receiving > 4 * MIB && pendingRequests > 4 * MIB;
  let status;
  // What is still in the system's buffers arrives now.
  await until(async () => {
    status = await target.order('status', { gc: true });
    return status.memory.filter(isGreedy).length === count;
  }, 'all that greedy peers send to arrive');
  attacker.kill();
  const perPeer = connectionBytes(UNKNOWN, []);
  const greedy = status.memory.filter(isGreedy);
  const worst = greedy.toSorted((a, b) => b.total - a.total)[0];
  const held = status.memory.reduce((sum, { total }) => sum + total, 0);
  const grown = heapOf(status) - beforeAttack;
  console.log(
    `greed: ${count} peers; ${greedy.length} hold more than 8 MiB of us, ${mib(held)} MiB by the ledger`,
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

async function until(holds, what, withinMs = 15_000) {
  const from = performance.now();
  while (!(await holds())) {
    if (performance.now() - from > withinMs) {
      wrong(`waited in vain for ${what}`);
      return;
    }
    await sleep(200);
  }
}

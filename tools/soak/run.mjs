/** A testnet of real processes over real TCP under a seeded schedule of faults: `npm run soak -- --for 600`. */
import net from 'node:net';
import { generateKeyPair } from '@diemnet/noise';
import { bytesToHex, peerIdFromPublicKey } from '@diemnet/types';
import { ChaosProxy } from '../chaos/chaos-proxy.mjs';
import { NodeProcess, sleep } from '../chaos/node-process.mjs';
import { Random } from '../fuzz/engine/random.mjs';
import { parseCommand } from '../workspace/command.mjs';
import { Losses } from './losses.mjs';

const args = parseCommand({
  usage: 'npm run soak -- [options]',
  about: 'A testnet of real processes over loopback TCP under kills, stops, resets, stalls and garbage.',
  options: {
    for: { type: 'number', value: 'SECONDS', default: 600, help: 'how long faults are made' },
    nodes: { type: 'number', value: 'N', default: 5, help: 'processes' },
    seed: { type: 'number', value: 'N', default: 1, help: 'the same seed gives the same schedule' },
  },
});
const forMs = args.for * 1000;
const count = args.nodes;
const random = new Random(args.seed);
/** The network must be whole again within the longest delay between dials, pings that find out, and some. */
const HEAL_WITHIN_MS = 25_000;
const GROWTH_BYTES = 24 * 1024 * 1024;
/** Fast reactions, so that half a minute shows something. */
const CONFIG = {
  connectivity_check_interval_ms: 500,
  max_connection_delay_ms: 2000,
  ping_interval_ms: 500,
  ping_timeout_ms: 1500,
  ping_failures_tolerated: 3,
};
const members = [];
const heals = [];
const complaints = [];
const began = performance.now();
const log = (text) =>
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${text}`);

for (let i = 0; i < count; i++) {
  const pair = generateKeyPair();
  const port = await freePort();
  const proxy = new ChaosProxy(port);
  await proxy.listen();
  members.push({
    name: `node ${i}`,
    privateKey: bytesToHex(pair.privateKey.expose()),
    publicKey: pair.publicKey,
    peerId: peerIdFromPublicKey(pair.publicKey),
    port,
    proxy,
    incarnation: 0,
    process: undefined,
    baseline: undefined,
  });
}
for (const member of members) await startNode(member);
await whole('the start');
await sleep(Math.min(5000, forMs / 10));
await baselines();
log(`${count} nodes in full mesh; faults begin, seed ${args.seed}`);

const losses = new Losses(members);
const faults = { kill: 0, stop: 0, reset: 0, stall: 0, garbage: 0 };
while (performance.now() - began < forMs) {
  const fault = random.pick(['kill', 'stop', 'reset', 'reset', 'stall', 'garbage', 'garbage']);
  const member = random.pick(members);
  faults[fault]++;
  await { kill, stop, reset, stall, garbage }[fault](member);
  await sleep(200 + random.below(800));
}

for (const member of members) await member.process.order('quiet');
await whole('the end');
await sleep(1500);
await verdict();

async function startNode(member) {
  member.process = new NodeProcess();
  member.incarnation++;
  member.baseline = undefined;
  await member.process.order('start', {
    privateKey: member.privateKey,
    networkId: 'Validator',
    mutualAuthentication: true,
    listenAddress: `/ip4/127.0.0.1/tcp/${member.port}`,
    incarnation: member.incarnation,
    config: CONFIG,
    seeds: members
      .filter((other) => other !== member)
      .map(({ peerId, publicKey, proxy }) => ({
        peerId,
        publicKey,
        role: 'Validator',
        addresses: [`/ip4/127.0.0.1/tcp/${proxy.port}/ln-noise-ik/${publicKey}/ln-handshake/0`],
      })),
  });
  await member.process.order('talk');
}

/** Waits until every node is connected to every other, and notes how long that took. */
async function whole(after) {
  const from = performance.now();
  for (;;) {
    const all = await Promise.all(members.map((member) => member.process.order('status')));
    if (all.every(({ connected }) => connected.length === count - 1)) break;
    if (performance.now() - from > HEAL_WITHIN_MS) {
      const seen = all.map(({ connected }) => connected.length).join();
      complaints.push(`not whole ${HEAL_WITHIN_MS} ms after ${after}: nodes have ${seen} connections`);
      return;
    }
    await sleep(100);
  }
  const took = performance.now() - from;
  heals.push({ after, took });
  log(`whole ${Math.round(took)} ms after ${after}`);
}

async function kill(member) {
  log(`kill ${member.name}`);
  // What has arrived would be taken for lost, were it not asked for now.
  losses.remember(member, await member.process.order('records'));
  losses.strike(member, 'kill');
  member.process.signal('SIGKILL');
  await member.process.exited;
  await sleep(random.below(2000));
  await startNode(member);
  await whole(`killing ${member.name}`);
  await baselines();
}

async function stop(member) {
  const ms = 300 + random.below(5000);
  log(`stop ${member.name} for ${ms} ms`);
  losses.strike(member, 'stop', ms);
  member.process.signal('SIGSTOP');
  await sleep(ms);
  member.process.signal('SIGCONT');
  await whole(`stopping ${member.name}`);
}

async function reset(member) {
  const connections = 1 + random.below(count);
  log(`reset ${connections} connections of ${member.name}`);
  member.proxy.reset(random, connections);
  await sleep(50);
  await whole(`resets at ${member.name}`);
}

async function stall(member) {
  const ms = 200 + random.below(4000);
  log(`stall connections of ${member.name} for ${ms} ms`);
  member.proxy.stall(ms);
  await sleep(ms);
  await whole(`a stall at ${member.name}`);
}

async function garbage(member) {
  const clients = 1 + random.below(40);
  log(`${clients} garbage clients at ${member.name}`);
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = net.connect({ port: member.port, host: '127.0.0.1' });
      socket.on('error', () => {});
      const bytes = new Uint8Array(random.below(400));
      for (let i = 0; i < bytes.length; i++) bytes[i] = random.u32();
      socket.write(bytes);
      await sleep(random.below(1500));
      if (random.below(2) === 0) socket.resetAndDestroy();
      else socket.destroy();
    }),
  );
  await whole(`garbage at ${member.name}`);
}

/** What a node that has settled holds. */
async function baselines() {
  for (const member of members) {
    member.baseline ??= await member.process.order('status', { gc: true });
  }
}

async function verdict() {
  for (const member of members) losses.add(member, await member.process.order('records'));
  const { total, complaints: lost } = losses.judge();
  complaints.push(...lost);
  const answers = { answered: 0, failed: {}, slowestMs: 0 };
  let worstGrowth = 0;
  for (const member of members) {
    const status = await member.process.order('status', { gc: true });
    answers.answered += status.requests.answered;
    answers.slowestMs = Math.max(answers.slowestMs, status.requests.slowestMs);
    for (const [code, n] of Object.entries(status.requests.failed)) {
      answers.failed[code] = (answers.failed[code] ?? 0) + n;
    }
    if (member.baseline === undefined) continue;
    const bytes = ({ heapUsed, arrayBuffers }) => heapUsed + arrayBuffers;
    const growth = bytes(status) - bytes(member.baseline);
    worstGrowth = Math.max(worstGrowth, growth);
    if (growth > GROWTH_BYTES) complaints.push(`${member.name} grew by ${growth} bytes`);
    for (const kind of ['TCPSocketWrap', 'TCPServerWrap', 'Timeout', 'Immediate']) {
      const [before, now] = [member.baseline.resources[kind] ?? 0, status.resources[kind] ?? 0];
      // Timers of traffic stand in the base line and are gone now; a few come and go with pings.
      const slack = kind === 'Timeout' ? 4 : 0;
      if (now > before + slack) complaints.push(`${member.name} has ${now} ${kind}, had ${before}`);
    }
    const held = status.memory.reduce((sum, { total: bytesHeld }) => sum + bytesHeld, 0);
    if (held > 64 * 1024) complaints.push(`${member.name} still holds ${held} bytes for its peers`);
  }
  for (const member of members) {
    const from = performance.now();
    const stopped = member.process
      .order('stop')
      .catch((error) => complaints.push(`${member.name}: ${error.message}`));
    const code = await Promise.race([member.process.exited, sleep(10_000).then(() => 'alive')]);
    await stopped;
    if (code !== 0) {
      complaints.push(`${member.name} ended with ${code} after ${Math.round(performance.now() - from)} ms`);
      if (code === 'alive') member.process.signal('SIGKILL');
    }
    member.proxy.close();
  }
  const slowest = heals.toSorted((a, b) => b.took - a.took)[0];
  const median = heals.map(({ took }) => took).sort((a, b) => a - b)[heals.length >> 1];
  console.log('');
  console.log(`faults:    ${JSON.stringify(faults)}`);
  console.log(`messages:  ${JSON.stringify(total)}`);
  console.log(`requests:  ${JSON.stringify({ ...answers, slowestMs: Math.round(answers.slowestMs) })}`);
  console.log(
    `healing:   median ${Math.round(median)} ms, slowest ${Math.round(slowest.took)} ms (${slowest.after})`,
  );
  console.log(`growth:    ${(worstGrowth / 2 ** 20).toFixed(1)} MiB at most, in one node`);
  for (const complaint of complaints) console.error(`WRONG: ${complaint}`);
  console.log(complaints.length === 0 ? 'soak passed' : `soak failed: ${complaints.length} complaints`);
  process.exit(complaints.length === 0 ? 0 : 1);
}

async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

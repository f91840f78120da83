// One node with up to 200 connections: what a message costs it as they grow, and what a broadcast costs.
import { clock, sleep } from '../harness/loops.mjs';
import { Payloads } from '../harness/payloads.mjs';
import { median } from '../harness/statistics.mjs';
import { serveSystem } from '../harness/serve-system.mjs';
import { BULK, CALLS, connectedNode, createNode } from './nodes.mjs';
import { SMALL_BYTES } from './workload.mjs';

const SIZES = [1, 10, 50, 100, 200];
const RECIPIENTS = 100;
/** Messages that a connection sends at a time, and that share a frame: the same however many connections there are. */
const BURST = 64;

const ask = async (sender, remote, request) => {
  const payload = Buffer.from(JSON.stringify(request));
  return JSON.parse(Buffer.from(await sender.sendRpc(remote.peerId, CALLS, payload, { timeoutMs: 9000 })));
};
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

let received = 0;
const server = {
  async start() {
    const { applications, peerId, listenAddress } = await createNode();
    const { sender, events } = applications.bench;
    const answer = async (request) =>
      request.broadcastMs === undefined ? { received, cpuMs: cpuMs() } : broadcasts(sender, request);
    events.setHandler({
      onMessage: () => received++,
      onRpc(message, responder) {
        const done = (result) => responder.respond(Buffer.from(JSON.stringify(result)));
        answer(JSON.parse(Buffer.from(message))).then(done, (error) => responder.fail(error));
      },
    });
    return { peerId, listenAddress };
  },
};

/** CPU in microseconds of a message to all peers at once, and to one peer after the other. */
async function broadcasts(sender, { broadcastMs }) {
  const peers = sender
    .connectedPeers()
    .slice(0, RECIPIENTS)
    .map(({ remotePeerId }) => remotePeerId);
  const payloads = new Payloads(SMALL_BYTES);
  const cost = async (send) => {
    const [start, cpu] = [clock(), cpuMs()];
    let sent = 0;
    for (; clock() < start + broadcastMs; sent++) {
      send(payloads.next());
      // A broadcast per turn: nothing shares a frame.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return (1000 * (cpuMs() - cpu)) / sent;
  };
  const together = await cost((payload) => sender.sendToMany(peers, BULK, payload));
  const oneByOne = await cost((payload) => {
    for (const peer of peers) sender.sendTo(peer, BULK, payload);
  });
  return { together, oneByOne };
}

let remote;
let nodes;
const growNodes = async () => {
  nodes ??= [];
  while (nodes.length < SIZES.at(-1)) {
    const node = await connectedNode(remote);
    node.applications.bench.events.setHandler({ onMessage() {} });
    nodes.push(node.applications.bench.sender);
  }
};
/** Server CPU in microseconds per message with so many connections. */
const costOf = async (count, ms) => {
  const senders = nodes.slice(0, count);
  const payloads = new Payloads(SMALL_BYTES);
  const before = await ask(nodes[0], remote, {});
  let sent = 0;
  for (const end = performance.now() + ms; performance.now() < end; sent += count * BURST) {
    for (const sender of senders) {
      for (let i = 0; i < BURST; i++) sender.sendTo(remote.peerId, BULK, payloads.next());
    }
    // Before the next burst this one has left, so that every burst is a frame of its own.
    await Promise.all(senders.map((sender) => sender.ready(remote.peerId, BULK)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  let after = await ask(nodes[0], remote, {});
  while (after.received - before.received < sent) {
    await sleep(5);
    after = await ask(nodes[0], remote, {});
  }
  return (1000 * (after.cpuMs - before.cpuMs)) / sent;
};
const client = {
  start(info) {
    remote = info;
  },
  metrics: {
    async growth(ms) {
      await growNodes();
      const costs = SIZES.map(() => []);
      for (let pass = 0; pass < 3; pass++) {
        for (const [i, count] of SIZES.entries()) costs[i].push(await costOf(count, ms / 4));
      }
      const series = SIZES.map((connections, i) => ({ connections, cost: median(costs[i]) }));
      const [first, last] = [series[0], series.at(-1)];
      return { value: last.cost, ratio: last.cost / first.cost, series };
    },
    async broadcast(ms) {
      await growNodes();
      const { together, oneByOne } = await ask(nodes[0], remote, { broadcastMs: ms / 2 });
      return { value: together, oneByOne };
    },
  },
};

serveSystem({ server, client });

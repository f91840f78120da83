/** One node in a process of its own, under the orders of its parent: traffic to every peer, and a record of it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createNetwork } from '@diemnet/builder';
import { jsonCodec } from '@diemnet/network';
import { X25519PrivateKey, hexToBytes, peerIdFromHex, publicKeyFromHex } from '@diemnet/types';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** The protocol of our traffic. */
const PROTOCOL = 42;
const MESSAGE_EVERY_MS = 20;
const REQUEST_EVERY_MS = 100;
const REQUEST_TIMEOUT_MS = 5000;

let running;
let timers = [];
/** What was accepted for sending, by connection: `{ peer, connectionId, port, accepted, cause, startedAt, endedAt }`. */
const outgoing = new Map();
/** What came, by sender's incarnation and connection: `{ from, incarnation, connectionId, ownId, next, gaps }`. */
const incoming = new Map();
const requests = { answered: 0, failed: {}, refused: 0, slowestMs: 0 };
const events = { connected: 0, lost: {} };
/** Requests that are held back without an answer, at most so many at once; none: all are answered. */
let silent = false;

const orders = {
  async start({
    privateKey,
    listenAddress,
    networkId,
    mutualAuthentication,
    seeds,
    config,
    tuning,
    incarnation,
  }) {
    const metrics = new Map();
    running = await createNetwork({
      chainId: 'TESTING',
      networkId,
      role: 'validator',
      listenAddress,
      mutualAuthentication,
      identity: { privateKey: X25519PrivateKey.fromBytes(hexToBytes(privateKey)) },
      seeds: seeds && peerSet(seeds),
      config,
      tuning,
      metrics: countingMetrics(metrics),
      applications: {
        chaos: {
          protocols: [{ id: PROTOCOL, name: 'chaos', kinds: ['direct-send', 'rpc'], codec: jsonCodec() }],
        },
      },
    });
    running.incarnation = incarnation;
    running.metrics = metrics;
    const { events: stream } = running.applications.chaos;
    stream.setHandler({
      onMessage: (message, { connectionId }) => receive(message, connectionId),
      onRpc: (message, responder) => {
        if (!silent) responder.respond({ echo: message.ask, filler: 'x'.repeat(message.answerBytes ?? 0) });
      },
      onConnection: (event) => noteConnection(event),
    });
    return { listenAddress: running.listenAddress, peerId: running.peerId };
  },

  /** Begins to talk to every peer. */
  talk({ bytes = 100 }) {
    timers = [
      setInterval(() => sendToAll(bytes), MESSAGE_EVERY_MS),
      setInterval(() => askAll(), REQUEST_EVERY_MS),
    ];
  },

  quiet() {
    for (const timer of timers) clearInterval(timer);
    timers = [];
  },

  /** Answers no request from now on. */
  silence() {
    silent = true;
  },

  status({ gc = false }) {
    if (gc) for (let i = 0; i < 3; i++) collect();
    const { heapUsed, arrayBuffers, rss, external } = process.memoryUsage();
    const resources = {};
    for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
    const { peerManager } = running.network;
    const memory = peerManager.statistics().map(({ metadata, memory: held }) => ({
      peer: metadata.remotePeerId,
      role: metadata.role,
      ...held,
    }));
    return {
      connected: [...peerManager.connections()].map(({ remotePeerId }) => remotePeerId),
      memory,
      heapUsed,
      arrayBuffers,
      external,
      rss,
      resources,
      events,
      requests,
      metrics: Object.fromEntries(running.metrics),
      cpu: process.cpuUsage(),
    };
  },

  records() {
    return { outgoing: [...outgoing.values()], incoming: [...incoming.values()] };
  },

  async stop() {
    orders.quiet();
    await running.stop();
    // Nothing must keep the process alive: it ends by itself or is found out.
    setTimeout(() => process.disconnect(), 0);
  },
};

process.on('message', async ({ id, order, ...rest }) => {
  try {
    const result = await orders[order](rest);
    process.send({ id, result });
  } catch (error) {
    process.send({ id, error: `${error.code ?? error.name}: ${error.message}` });
  }
});
process.on('uncaughtException', (error) => {
  console.error('uncaught in a node:', error);
  process.exit(3);
});
process.on('unhandledRejection', (error) => {
  console.error('unhandled in a node:', error);
  process.exit(4);
});

function peerSet(seeds) {
  return new Map(
    seeds.map(({ peerId, publicKey, addresses, role }) => [
      peerIdFromHex(peerId),
      { addresses, keys: new Set([publicKeyFromHex(publicKey)]), role },
    ]),
  );
}

function sendToAll(bytes) {
  const { sender } = running.applications.chaos;
  for (const { remotePeerId: peer, connectionId } of running.network.peerManager.connections()) {
    const record = outgoing.get(connectionId);
    if (record === undefined) continue;
    try {
      sender.sendTo(peer, PROTOCOL, {
        from: running.peerId,
        incarnation: running.incarnation,
        connectionId,
        number: record.accepted,
        filler: 'x'.repeat(bytes),
      });
      record.accepted++;
    } catch {
      record.refused++;
    }
  }
}

function noteConnection(event) {
  if (event.type === 'new-peer') events.connected++;
  if (event.type === 'lost-peer') events.lost[event.cause] = (events.lost[event.cause] ?? 0) + 1;
  if (event.type !== 'lost-peer') noteStart(event.metadata);
  const ended = event.type === 'lost-peer' ? event.metadata : event.previous;
  const record = ended && outgoing.get(ended.connectionId);
  if (record === undefined) return;
  record.cause = event.type === 'lost-peer' ? event.cause : 'replaced';
  record.endedAt = Date.now();
}

function noteStart({ remotePeerId: peer, connectionId, origin, address }) {
  // Who was dialed sees a port of the proxy's, by which it tells its connections apart.
  const port = origin === 'inbound' ? Number(/\/tcp\/(\d+)/.exec(address)[1]) : undefined;
  outgoing.set(connectionId, {
    peer,
    connectionId,
    port,
    accepted: 0,
    refused: 0,
    cause: undefined,
    startedAt: Date.now(),
  });
}

function receive({ from, incarnation, connectionId, number }, ownId) {
  const key = `${from} ${incarnation} ${connectionId}`;
  const record = incoming.get(key) ?? { from, incarnation, connectionId, ownId, next: 0, gaps: 0 };
  incoming.set(key, record);
  if (number !== record.next) record.gaps++;
  record.next = number + 1;
}

function askAll() {
  const { sender } = running.applications.chaos;
  for (const { remotePeerId: peer } of running.network.peerManager.connections()) {
    const began = performance.now();
    sender.sendRpc(peer, PROTOCOL, { ask: began }, { timeoutMs: REQUEST_TIMEOUT_MS }).then(
      () => {
        requests.answered++;
        requests.slowestMs = Math.max(requests.slowestMs, performance.now() - began);
      },
      (error) =>
        (requests.failed[error.code ?? error.name] = (requests.failed[error.code ?? error.name] ?? 0) + 1),
    );
  }
}

/** Counters by name and the labels that tell reasons apart. */
function countingMetrics(counts) {
  const metric = (name) => {
    const of = (labels = {}) => {
      const { reason, code, stage, cause } = labels;
      const key = [name, reason ?? code ?? stage ?? cause].filter(Boolean).join(' ');
      const add = (by) => counts.set(key, (counts.get(key) ?? 0) + by);
      return {
        inc: (by = 1) => add(by),
        dec: (by = 1) => add(-by),
        set: (to) => counts.set(key, to),
        observe() {},
      };
    };
    return { labels: of, ...of({}) };
  };
  return {
    counter: ({ name }) => metric(name),
    gauge: ({ name }) => metric(name),
    histogram: ({ name }) => metric(name),
  };
}

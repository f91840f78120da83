// DiemNet, the whole stack: an application's NetworkSender in one process, another's NetworkEvents in the other.
import { portableBackend } from '@diemnet/noise';
import { Payloads } from '../harness/payloads.mjs';
import { clock, sleep, stream } from '../harness/loops.mjs';
import { quantile } from '../harness/statistics.mjs';
import { serveSystem, Sink } from '../harness/serve-system.mjs';
import { BULK, CALLS, URGENT, connectedNode, createNode, dial } from './nodes.mjs';
import { checkFor, connectionMetric, echoMetrics, LARGE_BYTES, SMALL_BYTES } from './workload.mjs';

/** The largest payload that fits a message. */
const HUGE_BYTES = 8 * LARGE_BYTES - 16;
/** Enough messages of 8 MiB, and enough urgent ones beside them for a 99th percentile. */
const LEAST_STREAM_MS = 2000;
const RPC_OPTIONS = Object.freeze({ timeoutMs: 20_000 });

const portable = process.env.BENCH_BACKEND === 'portable';
const cryptography = portable ? { backend: portableBackend } : {};

const sink = new Sink();
const urgent = { delays: [], huge: 0, lastHugeAt: 0 };

const server = {
  async start() {
    const { applications, peerId, listenAddress } = await createNode(cryptography);
    applications.bench.events.setHandler({
      onMessage(message, from, protocolId) {
        if (protocolId === URGENT) urgent.delays.push(clock() - Buffer.from(message).readDoubleBE(0));
        else if (message.length !== HUGE_BYTES) sink.take(message);
        else {
          urgent.huge++;
          urgent.lastHugeAt = clock();
        }
      },
      onRpc(message, responder) {
        if (message.length === 0) responder.respond(Buffer.from(JSON.stringify(takeUrgent())));
        else responder.respond(message);
      },
    });
    return { peerId, listenAddress };
  },
  reset: (metric) => sink.reset(checkFor(metric)),
  received: () => ({ count: sink.count, lastAt: sink.lastAt, failure: sink.failure }),
};

function takeUrgent() {
  const taken = { ...urgent };
  Object.assign(urgent, { delays: [], huge: 0 });
  return taken;
}

let remote;
let sender;
/** One node per loop: a node has one connection to a peer. */
const dialers = [];
let held = [];
const sendOneWay = ({ size, burst, ms }) => {
  const payloads = new Payloads(size);
  return stream({
    send: () => sender.sendTo(remote.peerId, BULK, payloads.next()),
    room: () => sender.ready(remote.peerId, BULK),
    ms,
    burst,
  });
};

/** Messages of 8 MiB one after the other, for `ms`; with an urgent one every 5 ms, or alone. */
async function streamHuge(ms, urgently) {
  const payload = new Uint8Array(HUGE_BYTES);
  const timer = urgently ? setInterval(sendUrgent, 5) : undefined;
  const result = await stream({
    send: () => sender.sendTo(remote.peerId, BULK, payload),
    room: () => sender.ready(remote.peerId, BULK),
    ms,
    burst: 1,
  });
  clearInterval(timer);
  for (let delays = []; ; await sleep(5)) {
    const got = JSON.parse(
      Buffer.from(await sender.sendRpc(remote.peerId, CALLS, new Uint8Array(0), RPC_OPTIONS)),
    );
    delays = delays.concat(got.delays);
    result.arrived = (result.arrived ?? 0) + got.huge;
    if (result.arrived < result.sent) continue;
    return { messageMs: (got.lastHugeAt - result.startedAt) / result.sent, delays };
  }
}

function sendUrgent() {
  const message = Buffer.alloc(SMALL_BYTES);
  message.writeDoubleBE(clock(), 0);
  sender.sendTo(remote.peerId, URGENT, message);
}

const everything = {
  bulk: (ms) => sendOneWay({ size: LARGE_BYTES, burst: 1, ms }),
  messages: (ms) => sendOneWay({ size: SMALL_BYTES, burst: 64, ms }),
  ...echoMetrics(() => ({ call: (payload) => sender.sendRpc(remote.peerId, CALLS, payload, RPC_OPTIONS) })),
  ...connectionMetric(async (loop) => {
    const dialer = await dial(dialers[loop], remote);
    await dialer.disconnectPeer(remote.peerId);
  }),
  async urgent(ms) {
    const { messageMs } = await streamHuge(Math.max(LEAST_STREAM_MS / 2, ms / 2), false);
    const { delays } = await streamHuge(Math.max(LEAST_STREAM_MS, ms), true);
    const value = quantile(delays, 0.99);
    return { value, p50: quantile(delays, 0.5), messageMs, ratio: value / messageMs };
  },
};

const client = {
  async start(info) {
    remote = info;
    const node = await connectedNode(remote, cryptography);
    sender = node.applications.bench.sender;
    if (portable) return;
    while (dialers.length < 8) dialers.push(await createNode({ seeds: [remote.listenAddress] }));
  },
  finished() {},
  metrics: portable ? { portable: everything.bulk } : everything,
  async open(count) {
    for (let i = 0; i < count; i++) held.push(await connectedNode(remote));
  },
  async close() {
    await Promise.all(held.map((node) => node.stop()));
    held = [];
  },
};

serveSystem({ server, client });

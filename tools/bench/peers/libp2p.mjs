// js-libp2p over TCP, Noise (XX, ChaCha20-Poly1305) and Yamux. RPCs open a stream each, as its protocols do; with
// BENCH_LONG_STREAM they share one stream and are matched by number.
import { multiaddr } from '@multiformats/multiaddr';
import { stream as streamLoop } from '../harness/loops.mjs';
import { Payloads } from '../harness/payloads.mjs';
import { serveSystem, Sink } from '../harness/serve-system.mjs';
import { FrameReader, Requests, frameParts } from '../systems/frames.mjs';
import { checkFor, connectionMetric, echoMetrics, LARGE_BYTES, SMALL_BYTES } from '../systems/workload.mjs';

// libp2p 3 uses it, and Node 20 has not got it.
Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};
const [{ createLibp2p }, { tcp }, { noise }, { yamux }] = await Promise.all([
  import('libp2p'),
  import('@libp2p/tcp'),
  import('@libp2p/noise'),
  import('@libp2p/yamux'),
]);

const ONCE = '/bench/once/1';
const LONG = '/bench/long/1';
const SINK = '/bench/sink/1';
const longStream = process.env.BENCH_LONG_STREAM === '1';
const limits = { maxInboundStreams: 5000, maxOutboundStreams: 5000 };
const idle = { inboundSocketInactivityTimeout: 600_000, outboundSocketInactivityTimeout: 600_000 };
const sink = new Sink();

const createNode = (listen) =>
  createLibp2p({
    addresses: { listen },
    transports: [tcp(idle)],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: {
      maxConnections: 5000,
      inboundConnectionThreshold: Infinity,
      maxIncomingPendingConnections: 1000,
      reconnectRetries: 0,
    },
    connectionMonitor: { enabled: false },
  });
const toBuffer = (data) => {
  const bytes = data instanceof Uint8Array ? data : data.subarray();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};
const sendFrame = (stream, id, payload) => {
  for (const part of frameParts(id, payload)) stream.send(part);
};
const onFrames = (stream, onFrame) => {
  const reader = new FrameReader(onFrame);
  stream.addEventListener('message', ({ data }) => reader.push(toBuffer(data)));
};

const server = {
  async start() {
    const node = await createNode(['/ip4/127.0.0.1/tcp/0']);
    const answerOnce = (stream) =>
      onFrames(stream, (id, payload) => {
        sendFrame(stream, id, payload);
        stream.close().catch(() => {});
      });
    const answerAll = (stream) => {
      let parts = [];
      const reader = new FrameReader((id, payload) => parts.push(...frameParts(id, payload)));
      stream.addEventListener('message', ({ data }) => {
        reader.push(toBuffer(data));
        if (parts.length > 0) stream.send(Buffer.concat(parts.splice(0)));
      });
    };
    await node.handle(ONCE, answerOnce, limits);
    await node.handle(LONG, answerAll, limits);
    await node.handle(SINK, (stream) => onFrames(stream, (_, payload) => sink.take(payload)), limits);
    return { address: node.getMultiaddrs()[0].toString() };
  },
  reset: (metric) => sink.reset(checkFor(metric)),
  received: () => ({ count: sink.count, lastAt: sink.lastAt, failure: sink.failure }),
};

let address;
let connection;
let oneWay;
let held = [];
const callOnce = async (payload) => {
  const stream = await connection.newStream(ONCE, limits);
  const answer = await new Promise((resolve, reject) => {
    onFrames(stream, (_, received) => resolve(received));
    stream.addEventListener('close', ({ error }) => reject(error ?? new Error('closed')));
    sendFrame(stream, 0, payload);
  });
  await stream.close();
  return answer;
};
const openLong = async () => {
  const stream = await connection.newStream(LONG, limits);
  let parts = [];
  const requests = new Requests((id, payload) => {
    if (parts.length === 0) process.nextTick(() => stream.send(Buffer.concat(parts.splice(0))));
    parts.push(...frameParts(id, payload));
  });
  onFrames(stream, (id, payload) => requests.answer(id, payload));
  return { call: (payload) => requests.call(payload), close: () => stream.abort(new Error('done')) };
};
const sendOneWay = async ({ size, ms }) => {
  oneWay = await connection.newStream(SINK, limits);
  const payloads = new Payloads(size);
  return streamLoop({
    send() {
      const parts = frameParts(0, payloads.next());
      return parts.map((part) => oneWay.send(part)).every(Boolean);
    },
    // The promise of its own `onDrain` is made once and never renewed.
    room: () => new Promise((resolve) => oneWay.addEventListener('drain', () => resolve(), { once: true })),
    ms,
    burst: size === SMALL_BYTES ? 64 : 1,
  });
};
/** Dials of one node to one peer are merged, so every loop has a node of its own. */
const dialers = [];
const echo = echoMetrics(async () => (longStream ? openLong() : { call: callOnce }));
const client = {
  async start(info) {
    address = multiaddr(info.address);
    const node = await createNode([]);
    connection = await node.dial(address);
    dialers.push(node);
    while (dialers.length < 8 && !longStream) dialers.push(await createNode([]));
  },
  finished() {
    oneWay.abort(new Error('done'));
  },
  metrics: longStream
    ? { rpc1: echo.rpc1, rpc64: echo.rpc64 }
    : {
        bulk: (ms) => sendOneWay({ size: LARGE_BYTES, ms }),
        messages: (ms) => sendOneWay({ size: SMALL_BYTES, ms }),
        ...echo,
        ...connectionMetric(async (loop) => {
          const made = await dialers[loop].dial(address, { force: true });
          await made.close();
        }),
      },
  async open(count) {
    for (let i = 0; i < count; i++) held.push(await dialers[0].dial(address, { force: true }));
  },
  async close() {
    await Promise.all(held.map((each) => each.close()));
    held = [];
  },
};
serveSystem({ server, client });

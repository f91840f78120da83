// `ws` over TLS: what one would put together by hand. Binary messages, a number in front to match answers.
import https from 'node:https';
import tls from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import { TLS_13, tlsCertificate, tlsKey } from '../harness/certificate.mjs';
import { stream } from '../harness/loops.mjs';
import { Payloads } from '../harness/payloads.mjs';
import { serveSystem, Sink } from '../harness/serve-system.mjs';
import { Requests } from '../systems/frames.mjs';
import { checkFor, connectionMetric, echoMetrics, LARGE_BYTES, SMALL_BYTES } from '../systems/workload.mjs';

/** Stop sending above this many bytes that are not written yet. */
const HIGH_WATER_BYTES = 1 << 20;
const common = { perMessageDeflate: false, maxPayload: 16 << 20 };
const context = tls.createSecureContext({ ca: tlsCertificate(), ...TLS_13 });
const sink = new Sink();

const server = {
  start: () =>
    new Promise((resolve) => {
      const web = https.createServer({ cert: tlsCertificate(), key: tlsKey(), noDelay: true, ...TLS_13 });
      const sockets = new WebSocketServer({ server: web, ...common });
      sockets.on('connection', (socket, { url }) => {
        socket.on('error', () => {});
        if (url === '/echo') socket.on('message', (message) => socket.send(message));
        if (url === '/sink') socket.on('message', (message) => sink.take(message));
      });
      web.listen(0, '127.0.0.1', 1024, () => resolve({ url: `wss://127.0.0.1:${web.address().port}` }));
    }),
  reset: (metric) => sink.reset(checkFor(metric)),
  received: () => ({ count: sink.count, lastAt: sink.lastAt, failure: sink.failure }),
};

let url;
let oneWay;
let held = [];
const connect = (path) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url + path, {
      secureContext: context,
      servername: 'localhost',
      ...TLS_13,
      ...common,
    });
    socket.binaryType = 'nodebuffer';
    socket.once('open', () => {
      socket._socket.setNoDelay(true);
      resolve(socket);
    });
    socket.once('error', reject);
  });
const sendOneWay = async ({ size, burst, ms }) => {
  oneWay = await connect('/sink');
  const payloads = new Payloads(size);
  let unsent = 0;
  let wake;
  const sent = () => {
    unsent -= size;
    if (unsent <= HIGH_WATER_BYTES / 4) wake?.();
  };
  return stream({
    send() {
      unsent += size;
      oneWay.send(payloads.next(), sent);
      return unsent < HIGH_WATER_BYTES;
    },
    room: () => new Promise((resolve) => (wake = resolve)),
    ms,
    burst,
  });
};
const client = {
  start(info) {
    url = info.url;
  },
  finished: () => oneWay.terminate(),
  metrics: {
    bulk: (ms) => sendOneWay({ size: LARGE_BYTES, burst: 1, ms }),
    messages: (ms) => sendOneWay({ size: SMALL_BYTES, burst: 64, ms }),
    ...echoMetrics(async (size) => {
      const socket = await connect('/echo');
      const requests = new Requests((id, payload) => {
        const message = Buffer.allocUnsafe(4 + size);
        message.writeUInt32BE(id, 0);
        message.set(payload, 4);
        socket.send(message);
      });
      socket.on('message', (message) => requests.answer(message.readUInt32BE(0), message.subarray(4)));
      return { call: (payload) => requests.call(payload), close: () => socket.terminate() };
    }),
    ...connectionMetric(async () => {
      const socket = await connect('/idle');
      await new Promise((resolve) => {
        socket.once('close', resolve);
        socket.close();
      });
    }),
  },
  async open(count) {
    for (let i = 0; i < count; i++) held.push(await connect('/idle'));
  },
  close() {
    for (const socket of held) socket.terminate();
    held = [];
  },
};
serveSystem({ server, client });

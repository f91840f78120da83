import { Payloads } from '../harness/payloads.mjs';
import { clock, stream } from '../harness/loops.mjs';
import { serveSystem, Sink } from '../harness/serve-system.mjs';
import { FrameReader, Requests, frameParts } from './frames.mjs';
import { checkFor, connectionMetric, echoMetrics, LARGE_BYTES, SMALL_BYTES } from './workload.mjs';

/** The first byte on a connection says what it is for. */
const ECHO = 1;
const FRAMES = 2;
const BYTES = 3;
const IDLE = 4;
/** What is sent within a turn goes out together, at the latest from here on. */
const BATCH_BYTES = 65_536;

/** A socket whose small writes of one turn are joined. */
class StreamLink {
  #socket;
  #parts = [];
  #bytes = 0;
  #scheduled = false;

  constructor(socket) {
    this.#socket = socket;
    socket.on('error', () => {});
  }

  /** False: wait for `room`. */
  send(parts) {
    for (const part of parts) {
      this.#parts.push(part);
      this.#bytes += part.length;
    }
    if (this.#bytes >= BATCH_BYTES) this.#flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
    return !this.#socket.writableNeedDrain;
  }

  room() {
    if (!this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => this.#socket.once('drain', resolve));
  }

  destroy() {
    this.#socket.destroy();
  }

  #flush() {
    if (this.#bytes === 0) return;
    const [parts, bytes] = [this.#parts, this.#bytes];
    this.#parts = [];
    this.#bytes = 0;
    if (bytes < 2 * BATCH_BYTES) {
      this.#socket.write(parts.length === 1 ? parts[0] : Buffer.concat(parts, bytes));
      return;
    }
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
  }
}

/**
 * The workloads on a bare byte stream.
 * @param listen (onSocket) => info for the client
 * @param connect (info) => a connected socket
 */
export function streamSystem({ listen, connect }) {
  const sink = new Sink();
  const bytes = { count: 0, lastAt: 0, failure: undefined };
  let counted = sink;

  const serve = (socket) => {
    socket.on('error', () => {});
    socket.once('data', (first) => {
      const onData = readerFor(first[0], new StreamLink(socket));
      if (first.length > 1) onData(first.subarray(1));
      socket.on('data', onData);
    });
  };
  const readerFor = (mode, link) => {
    if (mode === ECHO) {
      const reader = new FrameReader((id, payload) => link.send(frameParts(id, payload)));
      return (chunk) => reader.push(chunk);
    }
    if (mode === FRAMES) {
      const reader = new FrameReader((_, payload) => sink.take(payload));
      return (chunk) => reader.push(chunk);
    }
    if (mode === BYTES) return (chunk) => countBytes(bytes, chunk);
    return () => {};
  };
  const server = {
    start: () => listen(serve),
    reset(metric) {
      counted = metric === 'bulk' ? bytes : sink;
      sink.reset(checkFor(metric));
      Object.assign(bytes, { count: 0, lastAt: 0, failure: undefined });
    },
    received: () => ({
      count: counted === bytes ? bytes.count / LARGE_BYTES : sink.count,
      lastAt: counted.lastAt,
      failure: counted.failure,
    }),
  };

  let info;
  let oneWay;
  let held = [];
  const open = async (mode) => {
    const socket = await connect(info);
    socket.write(Uint8Array.of(mode));
    return socket;
  };
  const shut = (socket) =>
    new Promise((resolve) => {
      socket.once('close', resolve);
      socket.end();
      socket.resume();
    });
  const sendOneWay = async (mode, { size, burst, ms }) => {
    oneWay = new StreamLink(await open(mode));
    const payloads = new Payloads(size);
    return stream({
      send: () => oneWay.send(mode === BYTES ? [payloads.next()] : frameParts(0, payloads.next())),
      room: () => oneWay.room(),
      ms,
      burst,
    });
  };
  const client = {
    start(given) {
      info = given;
    },
    finished: () => oneWay.destroy(),
    metrics: {
      bulk: (ms) => sendOneWay(BYTES, { size: LARGE_BYTES, burst: 1, ms }),
      messages: (ms) => sendOneWay(FRAMES, { size: SMALL_BYTES, burst: 64, ms }),
      ...echoMetrics(async () => {
        const socket = await open(ECHO);
        const link = new StreamLink(socket);
        const requests = new Requests((id, payload) => link.send(frameParts(id, payload)));
        const reader = new FrameReader((id, payload) => requests.answer(id, payload));
        socket.on('data', (chunk) => reader.push(chunk));
        return { call: (payload) => requests.call(payload), close: () => socket.destroy() };
      }),
      ...connectionMetric(async () => shut(await connect(info))),
    },
    async open(count) {
      for (let i = 0; i < count; i++) held.push(await open(IDLE));
    },
    close() {
      for (const socket of held) socket.destroy();
      held = [];
    },
  };
  serveSystem({ server, client });
}

/** Counts bytes of 1 MiB payloads, with a look at the first and last byte of each chunk. */
function countBytes(bytes, chunk) {
  for (const at of [0, chunk.length - 1]) {
    const within = (bytes.count + at) % LARGE_BYTES;
    const number = Math.floor((bytes.count + at) / LARGE_BYTES) % 4;
    if (within > 3 && chunk[at] !== number) bytes.failure ??= `byte ${bytes.count + at} is wrong`;
  }
  bytes.count += chunk.length;
  bytes.lastAt = clock();
}

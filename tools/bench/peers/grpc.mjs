// @grpc/grpc-js over TLS 1.3. A generic service of bytes, so that no protobuf is paid for.
process.env.GRPC_SSL_CIPHER_SUITES = 'TLS_AES_256_GCM_SHA384';
import tls from 'node:tls';
import { tlsCertificate, tlsKey } from '../harness/certificate.mjs';
import { stream } from '../harness/loops.mjs';
import { Payloads } from '../harness/payloads.mjs';
import { serveSystem, Sink } from '../harness/serve-system.mjs';
import { checkFor, connectionMetric, echoMetrics, SMALL_BYTES } from '../systems/workload.mjs';

tls.DEFAULT_MIN_VERSION = 'TLSv1.3';
const { default: grpc } = await import('@grpc/grpc-js');

const bytes = (value) => value;
const toBuffer = ({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length);
const method = (path, requestStream) => ({
  path,
  requestStream,
  responseStream: false,
  requestSerialize: toBuffer,
  requestDeserialize: bytes,
  responseSerialize: toBuffer,
  responseDeserialize: bytes,
});
const service = { echo: method('/bench.Bench/Echo', false), push: method('/bench.Bench/Push', true) };
const BenchClient = grpc.makeGenericClientConstructor(service, 'bench.Bench');
/** Windows of 8 MiB, without which a message of 1 MiB waits for updates of the window. */
const common = {
  'grpc.max_receive_message_length': 16 << 20,
  'grpc.max_send_message_length': 16 << 20,
  'grpc-node.flow_control_window': 8 << 20,
};
const sink = new Sink();

const server = {
  async start() {
    const node = new grpc.Server(common);
    node.addService(service, {
      echo: (call, answer) => answer(null, call.request),
      push(call, answer) {
        call.on('data', (message) => sink.take(message));
        call.on('end', () => answer(null, Buffer.alloc(0)));
      },
    });
    const key = { private_key: Buffer.from(tlsKey()), cert_chain: Buffer.from(tlsCertificate()) };
    const credentials = grpc.ServerCredentials.createSsl(null, [key]);
    const port = await new Promise((resolve, reject) =>
      node.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
    );
    return { port };
  },
  reset: (metric) => sink.reset(checkFor(metric)),
  received: () => ({ count: sink.count, lastAt: sink.lastAt, failure: sink.failure }),
};

let port;
let main;
let oneWay;
let held = [];
const connect = async () => {
  const client = new BenchClient(
    `127.0.0.1:${port}`,
    grpc.credentials.createSsl(Buffer.from(tlsCertificate())),
    {
      ...common,
      'grpc.ssl_target_name_override': 'localhost',
      'grpc.default_authority': 'localhost',
      'grpc.use_local_subchannel_pool': 1,
    },
  );
  await new Promise((resolve, reject) =>
    client.waitForReady(Date.now() + 5000, (error) => (error ? reject(error) : resolve())),
  );
  return client;
};
const client = {
  async start(info) {
    port = info.port;
    main = await connect();
  },
  finished() {
    oneWay.end();
  },
  metrics: {
    messages(ms) {
      const payloads = new Payloads(SMALL_BYTES);
      oneWay = main.push(() => {});
      return stream({
        send: () => oneWay.write(payloads.next()),
        room: () => new Promise((resolve) => oneWay.once('drain', resolve)),
        ms,
        burst: 64,
      });
    },
    ...echoMetrics(() => ({
      call: (payload) =>
        new Promise((resolve, reject) =>
          main.echo(payload, (error, answer) => (error ? reject(error) : resolve(answer))),
        ),
    })),
    ...connectionMetric(async () => (await connect()).close()),
  },
  async open(count) {
    for (let i = 0; i < count; i++) held.push(await connect());
  },
  close() {
    for (const each of held) each.close();
    held = [];
  },
};
serveSystem({ server, client });

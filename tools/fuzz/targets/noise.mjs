import { IkInitiator, IkResponder, NoiseSession, defaultBackend } from '@diemnet/noise';
import { FrameDecoder } from '../../../packages/noise/src/session/frame-decoder.ts';
import { collect, cuts, hex, hold, sameBytes, vectors } from './support.mjs';

const backend = defaultBackend();
/** Hands out a fixed private key. */
const fixedRng = (bytes) => ({ fill: (into) => (into.set(bytes.subarray(0, into.length)), into) });

function handshake() {
  const [connection] = vectors('noise', 'connection').valid;
  const message = hex(connection.steps[0].wire_hex);
  return { connection, prologue: message.subarray(0, 48), message1: message.subarray(48) };
}

export const noiseMessage1 = {
  name: 'noise-message-1',
  maxBytes: 512,
  seeds: () => [handshake().message1, ...collect(vectors('noise', 'noise_ik'), ['message1_hex'])],
  run(bytes) {
    this.fixed ??= (({ connection, prologue }) => ({
      staticKeys: backend.importKeyPair(hex(connection.server.static_private)),
      rng: fixedRng(hex(connection.server.ephemeral_private)),
      prologue,
    }))(handshake());
    const responder = new IkResponder({ backend, ...this.fixed });
    const { payload, remoteStaticKey } = responder.readMessage1(bytes);
    hold(remoteStaticKey.length === 64, 'the remote key is there');
    hold(responder.writeMessage2(new Uint8Array(0)).length === 48, 'message 2 has 48 bytes');
    responder.split();
    return `accepted ${payload.length}`;
  },
};

export const noiseMessage2 = {
  name: 'noise-message-2',
  maxBytes: 512,
  seeds: () => [
    hex(handshake().connection.steps[1].wire_hex),
    ...collect(vectors('noise', 'noise_ik'), ['message2_hex']),
  ],
  run(bytes) {
    this.fixed ??= (({ connection, prologue }) => ({
      staticKeys: backend.importKeyPair(hex(connection.client.static_private)),
      remoteStaticKey: backend.importPublicKey(hex(connection.server.static_public)),
      rng: fixedRng(hex(connection.client.ephemeral_private)),
      prologue,
      timestamp: new Uint8Array(BigUint64Array.of(BigInt(connection.timestamp_ms)).buffer),
    }))(handshake());
    const { timestamp, ...fixed } = this.fixed;
    const initiator = new IkInitiator({ backend, ...fixed });
    initiator.writeMessage1(timestamp);
    const payload = initiator.readMessage2(bytes);
    initiator.split();
    return `accepted ${payload.length}`;
  },
};

/** The transport frames of a whole connection, under its keys. */
export const noiseFrames = {
  name: 'noise-frames',
  maxBytes: 4096,
  seeds: () => {
    const { connection } = handshake();
    return connection.steps
      .filter(({ from }, i) => i >= 2 && from === 'client')
      .map((_, i, all) => Buffer.concat(all.slice(0, i + 1).map(({ wire_hex }) => hex(wire_hex))))
      .filter((bytes) => bytes.length <= 4096);
  },
  run(bytes) {
    this.keys ??= handshake().connection;
    const whole = this.decode([bytes]);
    const cut = this.decode(cuts(bytes));
    hold(whole.end === cut.end, `the cut changes the end: ${whole.end} or ${cut.end}`);
    hold(sameBytes(whole.plaintext, cut.plaintext), 'the cut changes the plaintext');
    return `${whole.end} ${whole.frames}`;
  },
  decode(chunks) {
    const session = new NoiseSession({
      backend,
      sendKey: hex(this.keys.key_server_to_client),
      receiveKey: hex(this.keys.key_client_to_server),
    });
    const parts = [];
    const decoder = new FrameDecoder(session, (plaintext) => parts.push(Buffer.from(plaintext)));
    let error;
    for (const chunk of chunks) error ??= decoder.push(Uint8Array.from(chunk));
    error ??= decoder.end();
    session.close();
    return {
      end: error?.code ?? 'clean',
      plaintext: Buffer.concat(parts),
      frames: Math.min(parts.length, 9),
    };
  },
};

import { IkInitiator, IkResponder, NoiseSession } from '@diemnet/noise';
import { FrameDecoder } from '../../../packages/noise/src/session/frame-decoder.ts';
import { bothBackends, perBackend } from './both-backends.mjs';
import { collect, cuts, hex, hold, vectors } from './support.mjs';
import { toyBackend } from './toy-backend.mjs';

const NO_BYTES = new Uint8Array(0);
/** Hands out a fixed private key. */
const fixedRng = (bytes) => ({ fill: (into) => (into.set(bytes.subarray(0, into.length)), into) });

/** What both sides of the first connection of the vectors begin with, under any backend. */
function handshake() {
  const [connection] = vectors('noise', 'connection').valid;
  const message = hex(connection.steps[0].wire_hex);
  return { connection, prologue: message.subarray(0, 48), message1: message.subarray(48) };
}

function responderOptions(backend) {
  const { connection, prologue } = handshake();
  return {
    backend,
    staticKeys: backend.importKeyPair(hex(connection.server.static_private)),
    rng: fixedRng(hex(connection.server.ephemeral_private)),
    prologue: toyPrologue(backend, prologue),
  };
}

function initiatorOptions(backend) {
  const { connection, prologue } = handshake();
  const { publicKey } = backend.importKeyPair(hex(connection.server.static_private));
  return {
    backend,
    staticKeys: backend.importKeyPair(hex(connection.client.static_private)),
    remoteStaticKey: backend.importPublicKey(publicKey),
    rng: fixedRng(hex(connection.client.ephemeral_private)),
    prologue: toyPrologue(backend, prologue),
  };
}

/** It names the listener's key, which is another one with the toy. */
function toyPrologue(backend, prologue) {
  if (backend !== toyBackend) return prologue;
  const { connection } = handshake();
  const { publicKey } = backend.importKeyPair(hex(connection.server.static_private));
  return Uint8Array.from([...prologue.subarray(0, 16), ...publicKey]);
}

const TIMESTAMP = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);

/** Both messages of a handshake with the toy, of which the first is what a listener gets behind the prologue. */
export function toyHandshake() {
  const initiator = new IkInitiator(initiatorOptions(toyBackend));
  const responder = new IkResponder(responderOptions(toyBackend));
  const message1 = initiator.writeMessage1(TIMESTAMP);
  responder.readMessage1(message1);
  const message2 = responder.writeMessage2(NO_BYTES);
  return { prologue: responderOptions(toyBackend).prologue, message1, message2 };
}

export const noiseMessage1 = {
  name: 'noise-message-1',
  maxBytes: 512,
  seeds: () =>
    bothBackends(
      [handshake().message1, ...collect(vectors('noise', 'noise_ik'), ['message1_hex'])],
      [toyHandshake().message1],
    ),
  setup: perBackend(responderOptions),
  run(bytes) {
    const { fixed, message } = this.setup(bytes);
    const responder = new IkResponder(fixed);
    const { payload, remoteStaticKey } = responder.readMessage1(message);
    hold(remoteStaticKey.length === 64, 'the remote key is there');
    hold(responder.writeMessage2(NO_BYTES).length === 48, 'message 2 has 48 bytes');
    responder.split();
    return `accepted ${payload.length}`;
  },
};

export const noiseMessage2 = {
  name: 'noise-message-2',
  maxBytes: 512,
  seeds: () => {
    // Those of other connections are refused, but look as they should.
    const ours = hex(handshake().connection.steps[1].wire_hex);
    return bothBackends(
      [ours, ...collect(vectors('noise', 'noise_ik'), ['message2_hex'])],
      [toyHandshake().message2],
    );
  },
  setup: perBackend((backend) => ({
    options: initiatorOptions(backend),
    timestamp: new Uint8Array(BigUint64Array.of(BigInt(handshake().connection.timestamp_ms)).buffer),
  })),
  run(bytes) {
    const { fixed, message } = this.setup(bytes);
    const initiator = new IkInitiator(fixed.options);
    initiator.writeMessage1(fixed.options.backend === toyBackend ? TIMESTAMP : fixed.timestamp);
    const payload = initiator.readMessage2(message);
    initiator.split();
    return `accepted ${payload.length}`;
  },
};

/** The transport frames of a whole connection, under its keys. */
export const noiseFrames = {
  name: 'noise-frames',
  maxBytes: 4096,
  seeds() {
    const { connection } = handshake();
    const plaintexts = connection.steps
      .filter(({ from }, i) => i >= 2 && from === 'client')
      .flatMap(({ noise_plaintexts_hex: each }) => each.map(hex));
    const { sendKey, receiveKey } = this.keys();
    const sender = new NoiseSession({ backend: toyBackend, sendKey: receiveKey, receiveKey: sendKey });
    const toy = plaintexts.slice(0, 12).map((plaintext) => {
      const sealed = sender.encrypt(plaintext.subarray(0, 512));
      return Buffer.concat([Uint8Array.of(sealed.length >> 8, sealed.length), sealed]);
    });
    const real = connection.steps
      .filter(({ from }, i) => i >= 2 && from === 'client')
      .map(({ wire_hex }) => hex(wire_hex));
    const growing = (frames) =>
      frames.map((_, i) => Buffer.concat(frames.slice(0, i + 1))).filter(({ length }) => length <= 4000);
    return bothBackends(growing(real), growing(toy));
  },
  setup: perBackend((backend) => backend),
  run(bytes) {
    const { fixed: backend, message } = this.setup(bytes);
    const whole = this.decode(backend, [message]);
    const cut = this.decode(backend, cuts(message));
    hold(whole.end === cut.end, `the cut changes the end: ${whole.end} or ${cut.end}`);
    hold(whole.length === cut.length && whole.sum === cut.sum, 'the cut changes the plaintext');
    return `${whole.end} ${whole.frames}`;
  },
  /** Of the listener; a session overwrites what it gets. */
  keys() {
    this.fixedKeys ??= (({ connection }) => [
      hex(connection.key_server_to_client),
      hex(connection.key_client_to_server),
    ])(handshake());
    const [sendKey, receiveKey] = this.fixedKeys;
    return { sendKey: sendKey.slice(), receiveKey: receiveKey.slice() };
  },
  decode(backend, chunks) {
    const session = new NoiseSession({ backend, ...this.keys() });
    let [length, sum, frames] = [0, 0, 0];
    const decoder = new FrameDecoder(session, (plaintext) => {
      length += plaintext.length;
      for (let i = 0; i < plaintext.length; i++) sum = Math.imul(sum ^ plaintext[i], 0x01000193);
      frames++;
    });
    let error;
    for (const chunk of chunks) error ??= decoder.push(new Uint8Array(chunk));
    error ??= decoder.end();
    session.close();
    return { end: error?.code ?? 'clean', length, sum, frames: Math.min(frames, 9) };
  },
};

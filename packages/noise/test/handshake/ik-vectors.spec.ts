import { bytesToHex, hexToBytes } from '@diemnet/types';
import { IkInitiator, IkResponder, NoiseError, NoiseSession, type CryptoBackend } from '@diemnet/noise';
import { BACKENDS } from '../support/backends.js';
import { fixedRng } from '../support/fixed-rng.js';
import { IK_VECTORS, type IkVector, type InvalidIkVector } from '../support/vectors.js';

const cacophony = IK_VECTORS.valid.find(({ name }) => name === 'cacophony') as IkVector;
const others = IK_VECTORS.valid.filter((vector) => vector !== cacophony);

function initiatorOf(vector: IkVector, backend: CryptoBackend): IkInitiator {
  return new IkInitiator({
    backend,
    rng: fixedRng(vector.initiator.ephemeral_private),
    staticKeys: backend.importKeyPair(hexToBytes(vector.initiator.static_private)),
    remoteStaticKey: backend.importPublicKey(hexToBytes(vector.responder.static_public)),
    prologue: hexToBytes(vector.prologue_hex),
  });
}

function responderOf(vector: IkVector, backend: CryptoBackend): IkResponder {
  return new IkResponder({
    backend,
    rng: fixedRng(vector.responder.ephemeral_private),
    staticKeys: backend.importKeyPair(hexToBytes(vector.responder.static_private)),
    prologue: hexToBytes(vector.prologue_hex),
  });
}

function replay(vector: IkVector, backend: CryptoBackend): void {
  const initiator = initiatorOf(vector, backend);
  const responder = responderOf(vector, backend);

  const message1 = initiator.writeMessage1(hexToBytes(vector.payload1_hex));
  expect(bytesToHex(message1)).toBe(vector.message1_hex);
  const read1 = responder.readMessage1(message1);
  expect(bytesToHex(read1.payload)).toBe(vector.payload1_hex);
  expect(read1.remoteStaticKey).toBe(vector.initiator.static_public);

  const message2 = responder.writeMessage2(hexToBytes(vector.payload2_hex));
  expect(bytesToHex(message2)).toBe(vector.message2_hex);
  expect(bytesToHex(initiator.readMessage2(message2))).toBe(vector.payload2_hex);

  const ofInitiator = initiator.split();
  const ofResponder = responder.split();
  expect(bytesToHex(ofInitiator.handshakeHash)).toBe(vector.handshake_hash);
  expect(bytesToHex(ofResponder.handshakeHash)).toBe(vector.handshake_hash);
  expect(bytesToHex(ofInitiator.sendKey)).toBe(vector.key_initiator_to_responder);
  expect(bytesToHex(ofInitiator.receiveKey)).toBe(vector.key_responder_to_initiator);
  expect(bytesToHex(ofResponder.sendKey)).toBe(vector.key_responder_to_initiator);
  expect(bytesToHex(ofResponder.receiveKey)).toBe(vector.key_initiator_to_responder);

  const sessions = {
    initiator: new NoiseSession({ backend, ...ofInitiator }),
    responder: new NoiseSession({ backend, ...ofResponder }),
  };
  for (const { from, plaintext_hex, ciphertext_hex } of vector.transport) {
    const to = from === 'initiator' ? 'responder' : 'initiator';
    const sealed = sessions[from].encrypt(hexToBytes(plaintext_hex));
    expect(bytesToHex(sealed)).toBe(ciphertext_hex);
    expect(bytesToHex(sessions[to].decrypt(sealed))).toBe(plaintext_hex);
  }
}

function probe(vector: IkVector, backend: CryptoBackend): void {
  for (const { nonce, plaintext_hex, ciphertext_hex } of vector.nonce_probes) {
    const key = () => hexToBytes(vector.key_initiator_to_responder);
    const counter = BigInt(nonce);
    const options = { backend, sendKey: key(), receiveKey: key() };
    const session = new NoiseSession({ ...options, sendCounter: counter, receiveCounter: counter });
    const sealed = session.encrypt(hexToBytes(plaintext_hex));
    expect(bytesToHex(sealed)).toBe(ciphertext_hex);
    expect(bytesToHex(session.decrypt(sealed))).toBe(plaintext_hex);
  }
}

function refuse(vector: InvalidIkVector, backend: CryptoBackend): void {
  const initiatorStatic = backend.importKeyPair(hexToBytes(vector.initiator_static_private));
  const responderStatic = backend.importKeyPair(hexToBytes(vector.responder_static_private));
  const prologue = hexToBytes(vector.prologue_hex);
  const message = hexToBytes(vector.message_hex);
  if (vector.reader === 'responder') {
    const rng = fixedRng(vector.responder_ephemeral_private);
    const responder = new IkResponder({ backend, rng, staticKeys: responderStatic, prologue });
    expect(() => responder.readMessage1(message)).toThrow(NoiseError);
    return;
  }
  const initiator = new IkInitiator({
    backend,
    rng: fixedRng(vector.initiator_ephemeral_private),
    staticKeys: initiatorStatic,
    remoteStaticKey: backend.importPublicKey(responderStatic.publicKey),
    prologue,
  });
  const message1 = initiator.writeMessage1(hexToBytes(vector.payload1_hex as string));
  expect(bytesToHex(message1)).toBe(vector.message1_hex);
  expect(() => initiator.readMessage2(message)).toThrow(NoiseError);
}

describe.each(BACKENDS)('Noise IK vectors, %s', (_name, backend) => {
  it('replays the cacophony vector in both roles [C-096]', () => {
    expect(cacophony.transport).toHaveLength(4);
    replay(cacophony, backend);
  });

  it.each(others.map((vector) => [vector.name, vector] as const))('replays: %s', (_case, vector) => {
    replay(vector, backend);
  });

  it('encrypts and decrypts at counters beyond 32 bits as the vectors do [C-107]', () => {
    expect(IK_VECTORS.valid.some(({ nonce_probes }) => nonce_probes.length > 0)).toBe(true);
    for (const vector of IK_VECTORS.valid) probe(vector, backend);
  });

  it.each(IK_VECTORS.invalid.map((vector) => [vector.name, vector] as const))(
    'refuses: %s',
    (_case, vector) => {
      refuse(vector, backend);
    },
  );
});

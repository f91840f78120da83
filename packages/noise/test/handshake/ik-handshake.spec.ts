import { bytesToHex, hexToBytes, systemRng } from '@diemnet/types';
import {
  IkInitiator,
  IkResponder,
  NoiseSession,
  type CryptoBackend,
  type DhKeyPair,
  type IkResult,
} from '@diemnet/noise';
import { BACKENDS } from '../support/backends.js';
import { LOW_ORDER_KEYS } from '../support/low-order-keys.js';

const PROLOGUE = new TextEncoder().encode('both know this');
const NO_BYTES = new Uint8Array(0);

interface Parties {
  readonly initiator: IkInitiator;
  readonly responder: IkResponder;
  readonly initiatorKeys: DhKeyPair;
  readonly responderKeys: DhKeyPair;
}

function parties(
  backend: CryptoBackend,
  { prologue = PROLOGUE, remoteKey }: { prologue?: Uint8Array; remoteKey?: Uint8Array } = {},
): Parties {
  const initiatorKeys = backend.generateKeyPair(systemRng);
  const responderKeys = backend.generateKeyPair(systemRng);
  return {
    initiatorKeys,
    responderKeys,
    initiator: new IkInitiator({
      backend,
      rng: systemRng,
      staticKeys: initiatorKeys,
      remoteStaticKey: backend.importPublicKey(remoteKey ?? responderKeys.publicKey),
      prologue: PROLOGUE,
    }),
    responder: new IkResponder({ backend, rng: systemRng, staticKeys: responderKeys, prologue }),
  };
}

const resized = (bytes: Uint8Array, by: number) => {
  const copy = new Uint8Array(bytes.length + by);
  copy.set(bytes.subarray(0, copy.length));
  return copy;
};

const code = (code: string) => expect.objectContaining({ code });

describe.each(BACKENDS)('Noise IK handshake, %s', (_name, backend) => {
  it('carries payloads and static keys, and leads to sessions that talk in both directions [C-095]', () => {
    const { initiator, responder, initiatorKeys } = parties(backend);
    const [payload1, payload2] = [hexToBytes('c0ffee'), hexToBytes('decaf0')];
    const read = responder.readMessage1(initiator.writeMessage1(payload1));
    expect(read).toEqual({ payload: payload1, remoteStaticKey: bytesToHex(initiatorKeys.publicKey) });
    expect(initiator.readMessage2(responder.writeMessage2(payload2))).toEqual(payload2);

    const [left, right] = [initiator.split(), responder.split()].map(
      (keys) => new NoiseSession({ backend, ...keys }),
    ) as [NoiseSession, NoiseSession];
    for (let i = 0; i < 10; i++) {
      const [from, to] = i % 2 === 0 ? [left, right] : [right, left];
      const text = new TextEncoder().encode(`message ${i}`);
      expect(to.decrypt(from.encrypt(text))).toEqual(text);
    }
  });

  it('builds messages into the memory given, and refuses memory one byte too small [C-098]', () => {
    const { initiator, responder } = parties(backend);
    const payload = Uint8Array.of(1, 2, 3);
    const small = parties(backend);
    expect(() => small.initiator.writeMessage1(payload, new Uint8Array(98))).toThrow(
      code('ERR_NOISE_RESPONSE_BUFFER_TOO_SMALL'),
    );
    const memory = new Uint8Array(120);
    const message1 = initiator.writeMessage1(payload, memory);
    expect([message1.buffer, message1.length]).toEqual([memory.buffer, 99]);

    small.responder.readMessage1(message1Of(small, payload));
    expect(() => small.responder.writeMessage2(payload, new Uint8Array(50))).toThrow(
      code('ERR_NOISE_RESPONSE_BUFFER_TOO_SMALL'),
    );
    responder.readMessage1(message1);
    expect(responder.writeMessage2(payload, new Uint8Array(51))).toHaveLength(51);
  });

  it('takes payloads up to a message of 65535 bytes and not one more [C-099]', () => {
    const fits = parties(backend);
    const message1 = fits.initiator.writeMessage1(new Uint8Array(65_535 - 96));
    expect(message1).toHaveLength(65_535);
    expect(fits.responder.readMessage1(message1).payload).toHaveLength(65_535 - 96);
    expect(fits.responder.writeMessage2(new Uint8Array(65_535 - 48))).toHaveLength(65_535);

    const over = parties(backend);
    expect(() => over.initiator.writeMessage1(new Uint8Array(65_536 - 96))).toThrow(
      code('ERR_NOISE_PAYLOAD_TOO_LARGE'),
    );
    over.responder.readMessage1(message1Of(over, NO_BYTES));
    expect(() => over.responder.writeMessage2(new Uint8Array(65_536 - 48))).toThrow(
      code('ERR_NOISE_PAYLOAD_TOO_LARGE'),
    );
  });

  it.each([-1, 1])('refuses message 1 that is %i byte longer than sent [C-100]', (by) => {
    const { initiator, responder } = parties(backend);
    const message = resized(initiator.writeMessage1(new Uint8Array(8)), by);
    expect(() => responder.readMessage1(message)).toThrow(code('ERR_NOISE_DECRYPT'));
  });

  it('refuses message 1 under another prologue [C-101]', () => {
    const { initiator, responder } = parties(backend, {
      prologue: new TextEncoder().encode('something else'),
    });
    const message = initiator.writeMessage1(NO_BYTES);
    expect(() => responder.readMessage1(message)).toThrow(code('ERR_NOISE_DECRYPT'));
  });

  it.each([-1, 1])('refuses message 2 that is %i byte longer than sent [C-102]', (by) => {
    const { initiator, responder } = parties(backend);
    responder.readMessage1(initiator.writeMessage1(NO_BYTES));
    const message = resized(responder.writeMessage2(Uint8Array.of(1)), by);
    expect(() => initiator.readMessage2(message)).toThrow(code('ERR_NOISE_DECRYPT'));
  });

  it('refuses messages above 65535 bytes, and such as cannot hold their fields [C-103]', () => {
    const large = new Uint8Array(65_536);
    const tooLarge = code('ERR_NOISE_RECEIVED_MSG_TOO_LARGE');
    expect(() => parties(backend).responder.readMessage1(large)).toThrow(tooLarge);
    expect(() => parties(backend).responder.readMessage1(large.subarray(0, 95))).toThrow(
      code('ERR_NOISE_MSG_TOO_SHORT'),
    );
    for (const [bytes, expected] of [
      [large, tooLarge],
      [large.subarray(0, 47), code('ERR_NOISE_MSG_TOO_SHORT')],
    ] as const) {
      const { initiator } = parties(backend);
      initiator.writeMessage1(NO_BYTES);
      expect(() => initiator.readMessage2(bytes)).toThrow(expected);
    }
  });

  it.each(LOW_ORDER_KEYS)('refuses the low-order key %s wherever it stands [C-108] [D-39]', (hex) => {
    const low = hexToBytes(hex);
    const refused = code('ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED');
    const asStatic = parties(backend, { remoteKey: low });
    expect(() => asStatic.initiator.writeMessage1(NO_BYTES)).toThrow(refused);

    const asEphemeral1 = parties(backend);
    const message1 = asEphemeral1.initiator.writeMessage1(NO_BYTES);
    message1.set(low);
    expect(() => asEphemeral1.responder.readMessage1(message1)).toThrow(refused);

    const asEphemeral2 = parties(backend);
    asEphemeral2.responder.readMessage1(asEphemeral2.initiator.writeMessage1(NO_BYTES));
    const message2 = asEphemeral2.responder.writeMessage2(NO_BYTES);
    message2.set(low);
    expect(() => asEphemeral2.initiator.readMessage2(message2)).toThrow(refused);
  });

  it('refuses an initiator whose static key has low order [C-108]', () => {
    const { responder, initiatorKeys, responderKeys } = parties(backend);
    // An initiator that lies about its static key and knows that `ss` would be all zeros.
    const liar = new IkInitiator({
      backend,
      rng: systemRng,
      staticKeys: {
        publicKey: new Uint8Array(32),
        dh: () => new Uint8Array(32),
        dispose: () => initiatorKeys.dispose(),
      },
      remoteStaticKey: backend.importPublicKey(responderKeys.publicKey),
      prologue: PROLOGUE,
    });
    expect(() => responder.readMessage1(liar.writeMessage1(NO_BYTES))).toThrow(
      code('ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED'),
    );
  });

  it('refuses steps out of turn, and all steps after a failure', () => {
    const outOfTurn = code('ERR_NOISE_HANDSHAKE_STATE');
    const { initiator, responder } = parties(backend);
    expect(() => initiator.readMessage2(new Uint8Array(48))).toThrow(outOfTurn);
    expect(() => responder.writeMessage2(NO_BYTES)).toThrow(outOfTurn);
    expect(() => initiator.split()).toThrow(outOfTurn);
    const message1 = initiator.writeMessage1(NO_BYTES);
    expect(() => initiator.writeMessage1(NO_BYTES)).toThrow(outOfTurn);
    message1[40] = (message1[40] as number) ^ 1;
    expect(() => responder.readMessage1(message1)).toThrow(code('ERR_NOISE_DECRYPT'));
    message1[40] = (message1[40] as number) ^ 1;
    expect(() => responder.readMessage1(message1)).toThrow(outOfTurn);
    initiator.dispose();
    initiator.dispose();
    expect(() => initiator.readMessage2(new Uint8Array(48))).toThrow(outOfTurn);
  });

  it('overwrites chaining key, cipher keys and shared secrets on its way [D-39]', () => {
    const secrets: Uint8Array[] = [];
    const spying: CryptoBackend = {
      name: 'spying',
      importKeyPair: (key) => backend.importKeyPair(key),
      importPublicKey: (key) => backend.importPublicKey(key),
      generateKeyPair: (rng) => backend.generateKeyPair(rng),
      hash: (first, second) => backend.hash(first, second),
      hkdf(chainingKey, input) {
        const halves = backend.hkdf(chainingKey, input);
        secrets.push(input, ...halves);
        return halves;
      },
      seal: (...args) => backend.seal(...args),
      open: (...args) => backend.open(...args),
      createSealer: (key) => backend.createSealer(key),
      createOpener: (key) => backend.createOpener(key),
    };
    const { initiator, responder } = parties(spying);
    responder.readMessage1(initiator.writeMessage1(NO_BYTES));
    initiator.readMessage2(responder.writeMessage2(NO_BYTES));
    const results: IkResult[] = [initiator.split(), responder.split()];
    const handedOut = new Set(results.flatMap(({ sendKey, receiveKey }) => [sendKey, receiveKey]));
    expect(secrets.filter((secret) => secret.length > 0)).toHaveLength(2 * 4 * 3 + 2 * 2);
    for (const secret of secrets) {
      expect(secret.some((byte) => byte !== 0)).toBe(handedOut.has(secret));
    }
    new NoiseSession({ backend, ...(results[0] as IkResult) });
    expect([...handedOut].filter((key) => key.every((byte) => byte === 0))).toHaveLength(2);
  });
});

function message1Of({ responderKeys, initiatorKeys }: Parties, payload: Uint8Array): Uint8Array {
  const [, backend] = BACKENDS[0] as (typeof BACKENDS)[number];
  return new IkInitiator({
    backend,
    rng: systemRng,
    // Keys of either backend work with the other.
    staticKeys: initiatorKeys,
    remoteStaticKey: backend.importPublicKey(responderKeys.publicKey),
    prologue: PROLOGUE,
  }).writeMessage1(payload);
}

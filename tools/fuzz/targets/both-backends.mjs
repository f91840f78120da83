import { defaultBackend } from '@diemnet/noise';
import { toyBackend } from './toy-backend.mjs';

/**
 * The first byte of each input says whose cryptography it meets: one of sixteen the real one, which costs a hundred
 * times as much as what is under test, the others the toy.
 */
const isReal = (bytes) => (bytes[0] & 0x0f) === 0;

/** Seeds with their first byte, `real` ones as often as one in sixteen. */
export function bothBackends(real, toy) {
  const marked = (mark, bytes) => Uint8Array.from([mark, ...bytes]);
  const copies = Math.ceil((15 * real.length) / toy.length);
  const marks = Array.from({ length: copies }, (_, i) => 1 + (i % 15));
  return [
    ...real.map((bytes) => marked(0, bytes)),
    ...marks.flatMap((mark) => toy.map((bytes) => marked(mark, bytes))),
  ];
}

/** What an input is to be read with, made once per backend by `create(backend)`, and the input itself. */
export function perBackend(create) {
  const made = new Map();
  return (bytes) => {
    const real = isReal(bytes);
    let fixed = made.get(real);
    if (fixed === undefined)
      made.set(real, (fixed = create(real ? remembering(defaultBackend()) : toyBackend)));
    return { fixed, message: bytes.subarray(1) };
  };
}

/** The backend, for handshakes whose ephemeral key is always the same: what that leads to is computed once. */
function remembering(backend) {
  let ephemeral;
  const pairOf = (pair) => {
    const secrets = new WeakMap();
    return {
      publicKey: pair.publicKey,
      dh(remote) {
        let secret = secrets.get(remote);
        if (secret === undefined) secrets.set(remote, (secret = pair.dh(remote)));
        return secret.slice();
      },
      dispose() {},
    };
  };
  const remembered = {
    name: backend.name,
    importKeyPair: (privateKey) => pairOf(backend.importKeyPair(privateKey)),
    generateKeyPair: (rng) => (ephemeral ??= pairOf(backend.generateKeyPair(rng))),
  };
  const methods = ['importPublicKey', 'hash', 'hkdf', 'seal', 'open', 'createSealer', 'createOpener'];
  for (const method of methods) remembered[method] = backend[method].bind(backend);
  return remembered;
}

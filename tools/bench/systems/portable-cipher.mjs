// What the AES-GCM of @noble/ciphers alone allows: frames of full size, sealed and opened.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { serveSystem } from '../harness/serve-system.mjs';

const fromNoise = createRequire(createRequire(import.meta.url).resolve('@diemnet/noise/package.json'));
const { gcm } = await import(pathToFileURL(fromNoise.resolve('@noble/ciphers/aes.js')).href);

const FRAME_BYTES = 65_519;
const key = new Uint8Array(32).fill(1);
const nonce = new Uint8Array(12).fill(2);
const plaintext = new Uint8Array(FRAME_BYTES).fill(3);

/** Frames per second of one operation. */
function rate(operation, ms) {
  let frames = 0;
  const start = performance.now();
  for (; performance.now() < start + ms; frames++) operation();
  return (1000 * frames) / (performance.now() - start);
}

const sealed = gcm(key, nonce).encrypt(plaintext);

/** The server opens frames while the client measures, so that both cores are as busy as with a real stream. */
let opening = false;
function keepOpening() {
  if (!opening) return;
  rate(() => gcm(key, nonce).decrypt(sealed), 5);
  setImmediate(keepOpening);
}
process.on('message', ({ op }) => {
  if (op !== 'reset') opening = false;
});

serveSystem({
  server: {
    start() {},
    reset() {
      opening = true;
      setImmediate(keepOpening);
    },
  },
  client: {
    start() {},
    metrics: {
      /** The slower of both ends, which have a core each, in units of 1 MiB. */
      portable(ms) {
        const seals = rate(() => gcm(key, nonce).encrypt(plaintext), ms / 2);
        const opens = rate(() => gcm(key, nonce).decrypt(sealed), ms / 2);
        return { value: (Math.min(seals, opens) * FRAME_BYTES) / 2 ** 20 };
      },
    },
  },
});

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

/** How long one of both operations is measured before it is the other's turn. */
const SLICE_MS = 100;

/** Does one operation for `ms`, and adds to `total` what it did. */
function work(operation, ms, total) {
  const start = performance.now();
  let now = start;
  for (; now < start + ms; now = performance.now()) {
    operation();
    total.frames++;
  }
  total.ms += now - start;
}

const seal = () => gcm(key, nonce).encrypt(plaintext);
const sealed = seal();
const open = () => gcm(key, nonce).decrypt(sealed);

/** The server opens frames while the client measures, so that both cores are as busy as with a real stream. */
let opening = false;
function keepOpening() {
  if (!opening) return;
  work(open, 5, { frames: 0, ms: 0 });
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
        const [seals, opens] = [
          { frames: 0, ms: 0 },
          { frames: 0, ms: 0 },
        ];
        while (seals.ms + opens.ms < ms) {
          work(seal, SLICE_MS, seals);
          work(open, SLICE_MS, opens);
        }
        const perSecond = ({ frames, ms }) => (1000 * frames) / ms;
        return { value: (Math.min(perSecond(seals), perSecond(opens)) * FRAME_BYTES) / 2 ** 20 };
      },
    },
  },
});

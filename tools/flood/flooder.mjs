/** Opens many connections to one node and leaves their handshakes unfinished. `<address> <connections> <ms>` */
import net from 'node:net';

const [address, connections, milliseconds] = process.argv.slice(2);
const port = Number(/\/tcp\/(\d+)/.exec(address)[1]);
const listenerKey = Buffer.from(/\/ln-noise-ik\/([0-9a-f]{64})/.exec(address)[1], 'hex');
/** No more than this in all, however fast they are refused. */
const wanted = Number(connections);
const mostAttempts = 3 * wanted;
/** Opened per round, every 20 ms. */
const PER_ROUND = 50;
const summary = { opened: 0, refused: 0, openAtOnce: 0 };
const open = new Set();
let attempts = 0;

const rounds = setInterval(() => {
  for (let i = 0; i < PER_ROUND && open.size < wanted && attempts < mostAttempts; i++) connect(attempts++);
}, 20);
const began = performance.now();
const watch = setInterval(() => {
  const elapsed = performance.now() - began;
  const done = summary.opened >= wanted && elapsed > Number(milliseconds);
  // However slow the machine is, it ends.
  if (!done && elapsed < 6 * Number(milliseconds)) return;
  clearInterval(watch);
  clearInterval(rounds);
  for (const socket of open) socket.resetAndDestroy();
  process.send(summary, () => process.disconnect());
}, 100);

function connect(n) {
  // 127.0.0.0/8 is all ours: fifty machines in ten networks.
  const localAddress = `127.${1 + (n % 10)}.0.${1 + (Math.floor(n / 10) % 5)}`;
  const socket = net.connect({ port, host: '127.0.0.1', localAddress });
  open.add(socket);
  socket.on('connect', () => {
    summary.opened++;
    summary.openAtOnce = Math.max(summary.openAtOnce, open.size);
    if (n % 4 === 1) socket.write(Buffer.alloc(100, 1));
    // As far as the first Diffie-Hellman: the right key, and garbage behind it.
    if (n % 4 === 2) socket.write(Buffer.concat([Buffer.alloc(16, n), listenerKey, Buffer.alloc(104, 7)]));
    if (n % 4 === 3) socket.write(Buffer.alloc(152, 3));
  });
  socket.on('data', () => {});
  socket.on('error', () => {});
  socket.on('close', () => {
    if (open.delete(socket)) summary.refused++;
  });
}

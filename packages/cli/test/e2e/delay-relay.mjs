/**
 * Passes TCP connections on, every chunk later than it came: a slow link for kernels that cannot make one.
 *
 *   node delay-relay.mjs HOST PORT TARGET-PORT DELAY-MS
 */
import net from 'node:net';

const [host, port, target, delay] = process.argv.slice(2);

net
  .createServer({ noDelay: true }, (near) => {
    const far = net.connect({ host, port: Number(target), noDelay: true });
    pass(near, far);
    pass(far, near);
  })
  .listen(Number(port), host, () => console.log('listening'));

function pass(from, to) {
  const later = (act) => setTimeout(act, Number(delay));
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
}

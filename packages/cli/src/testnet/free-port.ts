import net from 'node:net';
import { randomBelow, systemRng, type Rng } from '@diemnet/types';
import { CommandFailedError } from '../exit.js';

/** Systems give out ports for outgoing connections above these: one of those could be taken before we listen on it. */
const FIRST_PORT = 10_240;
const PORTS = 32_768 - FIRST_PORT;
const TRIES = 50;

/**
 * A port of 127.0.0.1 that nobody listens on, drawn by chance. Another program may take it before we do; the node that
 * cannot listen then says so.
 * @throws CommandFailedError if there is none
 */
export async function freePort(rng: Rng = systemRng): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const port = FIRST_PORT + randomBelow(rng, PORTS);
    if ((await listenOnce(port)) === port) return port;
  }
  const port = await listenOnce(0);
  if (port === undefined) throw new CommandFailedError('127.0.0.1 has no free port');
  return port;
}

/** Listens for a moment. Undefined if that is not possible. */
function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as net.AddressInfo;
      server.close(() => resolve(address.port));
    });
  });
}

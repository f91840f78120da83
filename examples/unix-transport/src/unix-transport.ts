import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import type { Listener, ListenHandlers, Transport } from '@diemnet/netcore';
import { memoryAddress, parseMemory } from '@diemnet/network-address';
import { DiemNetError, throwIfAborted, type NetworkAddress, type WaitOptions } from '@diemnet/types';
import { UnixSocket } from './unix-socket.js';

const HIGHEST_PORT = 65_535;
/** Dialers listen nowhere. */
const DIALER = memoryAddress(0);

/**
 * Connections between processes of one machine: `/memory/<port>` is the socket `<port>.sock` in a folder that both
 * share.
 */
export class UnixTransport implements Transport {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  listen(address: NetworkAddress, handlers: ListenHandlers, options: WaitOptions = {}): Promise<Listener> {
    return this.#listen(portOf(address) || randomInt(1, HIGHEST_PORT), handlers, options);
  }

  dial(address: NetworkAddress, options: WaitOptions = {}): Promise<UnixSocket> {
    return this.#dial(portOf(address), options);
  }

  async #listen(port: number, handlers: ListenHandlers, { signal }: WaitOptions): Promise<Listener> {
    throwIfAborted(signal);
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (raw) => {
      const socket = new UnixSocket(raw);
      try {
        handlers.onConnection({ socket, remoteAddress: DIALER });
      } catch (error) {
        socket.destroy();
        handlers.onError(error as Error);
      }
    });
    server.listen(this.#path(port));
    await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
      const code = error.code === 'EADDRINUSE' ? 'ERR_ADDRESS_IN_USE' : 'ERR_SOCKET_FAILED';
      throw new DiemNetError(code, `cannot listen on Unix socket ${port}`, { cause: error });
    });
    server.on('error', (error) => handlers.onError(error));
    return {
      address: memoryAddress(port),
      // Frees the path at once; the callback would wait for connections that go on.
      close: async () => void (server.listening && server.close()),
    };
  }

  async #dial(port: number, { signal }: WaitOptions): Promise<UnixSocket> {
    throwIfAborted(signal);
    const raw = connect({ path: this.#path(port), allowHalfOpen: true });
    try {
      await once(raw, 'connect', { signal });
    } catch (error) {
      raw.destroy();
      throwIfAborted(signal);
      throw new DiemNetError('ERR_CONNECTION_REFUSED', `nobody listens on Unix socket ${port}`, {
        cause: error,
      });
    }
    return new UnixSocket(raw);
  }

  #path(port: number): string {
    return path.join(this.#folder, `${port}.sock`);
  }
}

/** @throws ERR_UNSUPPORTED_ADDRESS at once, as every transport does */
function portOf(address: NetworkAddress): number {
  let cause: unknown;
  try {
    const parsed = parseMemory(address);
    if (parsed !== undefined && parsed.rest.length === 0) return parsed.port;
  } catch (error) {
    cause = error;
  }
  throw new DiemNetError('ERR_UNSUPPORTED_ADDRESS', `${address} is no Unix socket`, { cause });
}

import { createServer, type AddressInfo, type Server, type Socket as NodeSocket } from 'node:net';
import { ipTcpAddress } from '@diemnet/network-address';
import { throwIfAborted, type WaitOptions } from '@diemnet/types';
import { NetcoreError } from '../errors.js';
import { parseIp } from '../ip-networks.js';
import { fromSystemError } from '../system-error.js';
import type { IncomingConnection, Listener, ListenHandlers } from '../transport.js';
import { adoptAccepted } from './adopt-accepted.js';
import { applySocketOptions, type SocketSettings } from './socket-settings.js';
import { TcpSocket } from './tcp-socket.js';

/** What a listener needs to know. */
export interface ListenSettings extends SocketSettings {
  readonly backlog: number;
  readonly readBuffer: Uint8Array;
}

/** Listens on an IP and a port; port 0 takes any. @throws NetcoreError `ERR_ADDRESS_IN_USE` and the like */
export async function listenTcp(
  { ip, port }: { readonly ip: string; readonly port: number },
  handlers: ListenHandlers,
  settings: ListenSettings,
  { signal }: WaitOptions = {},
): Promise<Listener> {
  throwIfAborted(signal);
  const server = createServer({
    allowHalfOpen: true,
    // Reading starts with the first handler.
    pauseOnConnect: true,
    highWaterMark: settings.highWaterMarkBytes,
  });
  await bind(server, ip, port, settings.backlog);
  if (signal?.aborted) {
    server.close();
    throwIfAborted(signal);
  }
  server.on('error', (error) =>
    handlers.onError(fromSystemError('cannot accept a connection', error, 'ERR_ACCEPT_FAILED')),
  );
  server.on('connection', (raw) => accept(raw, handlers, settings));
  return new TcpListener(server, ip);
}

class TcpListener implements Listener {
  readonly address;
  readonly #server: Server;

  constructor(server: Server, ip: string) {
    this.#server = server;
    this.address = ipTcpAddress(ip, (server.address() as AddressInfo).port);
  }

  /** The port is free when this returns. Node's own callback would wait for the accepted connections too. */
  async close(): Promise<void> {
    if (this.#server.listening) this.#server.close();
  }
}

function bind(server: Server, host: string, port: number, backlog: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(fromSystemError(`cannot listen on ${host} port ${port}`, error));
    server.once('error', onError);
    server.listen({ host, port, backlog }, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

function accept(raw: NodeSocket, handlers: ListenHandlers, settings: ListenSettings): void {
  let connection: IncomingConnection | undefined;
  try {
    applySocketOptions(raw, settings);
    connection = wrap(raw, settings);
    handlers.onConnection(connection);
  } catch (error) {
    connection?.socket.destroy();
    raw.destroy();
    handlers.onError(
      error instanceof Error ? error : fromSystemError('a handler threw', error, 'ERR_ACCEPT_FAILED'),
    );
  }
}

function wrap(raw: NodeSocket, { highWaterMarkBytes, readBuffer }: ListenSettings): IncomingConnection {
  const remote = parseIp(raw.remoteAddress ?? '');
  const { remotePort } = raw;
  if (remote === undefined || remotePort === undefined) {
    raw.on('error', () => {});
    throw new NetcoreError('ERR_ACCEPT_FAILED', 'the connection was gone before it was accepted');
  }
  const receive = (chunk: Uint8Array) => socket.receive(chunk);
  const adopted = adoptAccepted(raw, { highWaterMarkBytes, readBuffer, receive });
  const socket = new TcpSocket(adopted ?? raw, { stableChunks: adopted === undefined });
  if (adopted === undefined) raw.on('data', receive);
  return { socket, remoteAddress: ipTcpAddress(remote.ip, remotePort) };
}

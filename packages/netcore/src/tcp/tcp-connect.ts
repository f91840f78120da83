import { connect, type TcpNetConnectOpts } from 'node:net';
import { abortReason, type TimeService, type WaitOptions } from '@diemnet/types';
import { NetcoreError } from '../errors.js';
import { fromSystemError } from '../system-error.js';
import { applySocketOptions, type SocketSettings } from './socket-settings.js';
import { TcpSocket } from './tcp-socket.js';

/** An IP and a port to connect to. */
export interface TcpTarget {
  readonly ip: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** What one attempt to connect needs to know. */
export interface ConnectSettings extends SocketSettings {
  readonly time: TimeService;
  readonly connectTimeoutMs: number;
  readonly readBuffer: Uint8Array;
}

/**
 * Connects to one IP and port. The socket reads into a buffer that is used again and again, so that reading allocates
 * nothing.
 * @throws NetcoreError `ERR_CONNECT_TIMEOUT`, `ERR_CONNECTION_REFUSED` and other codes of failing sockets
 */
export function connectTcp(
  { ip, family, port }: TcpTarget,
  settings: ConnectSettings,
  { signal }: WaitOptions = {},
): Promise<TcpSocket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal));
    let socket: TcpSocket | undefined;
    // The mark is missing in Node's types here, but net.Socket hands its options on to Duplex.
    const options: TcpNetConnectOpts & { readonly writableHighWaterMark: number } = {
      host: ip,
      port,
      family,
      allowHalfOpen: true,
      writableHighWaterMark: settings.highWaterMarkBytes,
      onread: {
        buffer: settings.readBuffer,
        callback(length, buffer) {
          socket?.receive(buffer.subarray(0, length));
          // Whoever wants no more has paused the socket; false would stop it a second time.
          return true;
        },
      },
    };
    const raw = connect(options);
    // Reading starts with the first handler.
    raw.pause();

    const finish = () => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
      raw.off('connect', onConnect);
      raw.off('error', onError);
    };
    const giveUp = (error: Error) => {
      finish();
      // A last error may follow the destruction, and has been answered already.
      raw.on('error', () => {});
      raw.destroy();
      reject(error);
    };
    const onAbort = () => giveUp(abortReason(signal as AbortSignal));
    const onError = (error: Error) => giveUp(fromSystemError(`cannot connect to ${ip} port ${port}`, error));
    const onConnect = () => {
      finish();
      applySocketOptions(raw, settings);
      resolve((socket = new TcpSocket(raw, { stableChunks: false })));
    };
    const timer = settings.time.schedule(settings.connectTimeoutMs, () =>
      giveUp(
        new NetcoreError(
          'ERR_CONNECT_TIMEOUT',
          `no connection to ${ip} port ${port} within ${settings.connectTimeoutMs} ms`,
        ),
      ),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    raw.once('connect', onConnect);
    raw.once('error', onError);
  });
}

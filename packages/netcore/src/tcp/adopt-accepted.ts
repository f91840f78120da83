import { Socket as NodeSocket } from 'node:net';

/** What of an accepted socket is handed over: the connection itself, which Node has no public name for. */
interface WithHandle {
  _handle: { readonly useUserBuffer?: unknown } | null;
}

/** How a socket that was accepted is to read. */
export interface AdoptOptions {
  readonly highWaterMarkBytes: number;
  readonly readBuffer: Uint8Array;
  receive(chunk: Uint8Array): void;
}

/**
 * Node allocates 64 KiB for each read of an accepted socket and lets only dialed ones choose their memory. This moves
 * the connection to a socket that reads into `readBuffer`. Undefined where Node has nothing to move: then `raw` is
 * still good.
 */
export function adoptAccepted(
  raw: NodeSocket,
  { highWaterMarkBytes, readBuffer, receive }: AdoptOptions,
): NodeSocket | undefined {
  const from = raw as unknown as WithHandle;
  const handle = from._handle;
  if (typeof handle?.useUserBuffer !== 'function') return undefined;
  const options: ConstructorParameters<typeof NodeSocket>[0] & Record<string, unknown> = {
    handle,
    allowHalfOpen: true,
    pauseOnCreate: true,
    readable: true,
    writable: true,
    writableHighWaterMark: highWaterMarkBytes,
    onread: {
      buffer: readBuffer,
      callback(length: number, buffer: Uint8Array) {
        receive(buffer.subarray(0, length));
        return true;
      },
    },
  };
  const adopted = new NodeSocket(options);
  from._handle = null;
  // Empty now; the server counts it as closed, as it would not without this.
  raw.destroy();
  raw.removeAllListeners();
  return adopted;
}

import type { BaseAddress } from '@diemnet/network-address';
import {
  abortReason,
  throwIfAborted,
  type Socket,
  type SocketHandler,
  type WaitOptions,
} from '@diemnet/types';
import {
  encodeConnectRequest,
  findConnectResponseEnd,
  MAX_CONNECT_RESPONSE_BYTES,
  responseError,
} from './connect-message.js';

/** A socket that takes back what was read too far. */
export interface UnreadableSocket extends Socket {
  /** Takes the handler off and gives `surplus` to the next one. */
  unread(surplus: Uint8Array): void;
}

/**
 * Asks the HTTP proxy at the other end of `socket` for a tunnel to `target`. Afterwards the socket is the tunnel and
 * waits for its handler. A failure leaves the socket to the caller, to be destroyed.
 * @throws NetcoreError `ERR_HTTP_PROXY_REFUSED`, `ERR_HTTP_PROXY_RESPONSE`, `ERR_UNSUPPORTED_ADDRESS`; the socket's error
 */
export async function openTunnel(
  socket: UnreadableSocket,
  target: Extract<BaseAddress, { kind: 'ip' | 'dns' }>,
  { signal }: WaitOptions = {},
): Promise<void> {
  throwIfAborted(signal);
  const request = encodeConnectRequest(target);
  await new Promise<void>((resolve, reject) => {
    const settle = () => signal?.removeEventListener('abort', onAbort);
    const fail = (error: Error) => (settle(), reject(error));
    const onAbort = () => fail(abortReason(signal as AbortSignal));
    signal?.addEventListener('abort', onAbort, { once: true });
    const answer = new ConnectAnswer((surplus) => (settle(), socket.unread(surplus), resolve()), fail);
    socket.setHandler(answer);
    socket.write(request);
  });
}

/** Collects the proxy's answer. */
class ConnectAnswer implements SocketHandler {
  readonly #bytes = new Uint8Array(MAX_CONNECT_RESPONSE_BYTES);
  readonly #succeed: (surplus: Uint8Array) => void;
  readonly #fail: (error: Error) => void;
  #length = 0;
  #done = false;

  constructor(succeed: (surplus: Uint8Array) => void, fail: (error: Error) => void) {
    this.#succeed = succeed;
    this.#fail = fail;
  }

  onData(chunk: Uint8Array): void {
    if (this.#done) return;
    const before = this.#length;
    const taken = chunk.subarray(0, this.#bytes.length - before);
    this.#bytes.set(taken, before);
    this.#length += taken.length;
    try {
      const end = findConnectResponseEnd(this.#bytes.subarray(0, this.#length), before);
      if (end === undefined) return;
      this.#done = true;
      // A copy: the chunk may belong to the socket.
      this.#succeed(Uint8Array.from(chunk.subarray(end - before)));
    } catch (error) {
      this.#give(error as Error);
    }
  }

  onEnd(): void {
    this.#give(responseError("the HTTP proxy's answer ended early"));
  }

  onDrain(): void {}

  onClose(error: Error | undefined): void {
    this.#give(error ?? responseError('the HTTP proxy closed the connection'));
  }

  #give(error: Error): void {
    if (this.#done) return;
    this.#done = true;
    this.#fail(error);
  }
}

import { abortReason, type PeerId, type SocketReader, type WaitOptions } from '@diemnet/types';
import {
  NoiseHandshakeError,
  type NoiseHandshakeErrorCode,
  type NoiseHandshakeErrorDetails,
} from './errors.js';

/** Makes the errors of one handshake, which name the remote as far as it is known. */
export class HandshakeStep {
  readonly #remotePeerId: PeerId | undefined;

  constructor(remotePeerId?: PeerId) {
    this.#remotePeerId = remotePeerId;
  }

  error(
    code: NoiseHandshakeErrorCode,
    what: string,
    cause?: unknown,
    more: Pick<NoiseHandshakeErrorDetails, 'receivedBytes'> = {},
  ): NoiseHandshakeError {
    const who = this.#remotePeerId === undefined ? '' : ` (peer ${this.#remotePeerId})`;
    const remote = this.#remotePeerId === undefined ? {} : { remotePeerId: this.#remotePeerId };
    return new NoiseHandshakeError(code, `${what}${who}`, {
      ...(cause === undefined ? {} : { cause }),
      details: { ...remote, ...more },
    });
  }

  /** The result of `run`; what it throws becomes the cause of an error with `code`. */
  run<T>(code: NoiseHandshakeErrorCode, what: string, run: () => T): T {
    try {
      return run();
    } catch (cause) {
      throw this.error(code, what, cause);
    }
  }

  /** Exactly `length` bytes, or an error with `code`; the reason of `signal` if that aborts. */
  async read(
    code: NoiseHandshakeErrorCode,
    reader: SocketReader,
    length: number,
    { signal }: WaitOptions,
  ): Promise<Uint8Array> {
    try {
      return await reader.readExactly(length, { signal });
    } catch (cause) {
      if (signal?.aborted) throw abortReason(signal);
      // A DiemNet peer that refuses says nothing: whatever began to answer is something else.
      const receivedBytes = reader.bufferedBytes;
      const what = `the remote went away after ${receivedBytes} of ${length} bytes`;
      throw this.error(code, what, cause, { receivedBytes });
    }
  }
}

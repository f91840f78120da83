import {
  silentLogger,
  type Logger,
  type Socket,
  type SocketHandler,
  type SocketReader,
} from '@diemnet/types';
import { NoiseError } from './errors.js';
import { resolveNoiseStreamOptions, type NoiseStreamOptions } from './options.js';
import type { NoiseSession } from './session/noise-session.js';
import { InboundFlow } from './stream/inbound-flow.js';
import { OutboundFlow } from './stream/outbound-flow.js';

/** What a {@link NoiseStream} is made of. */
export interface NoiseStreamComponents {
  /** Carries the frames. The stream owns it from now on. */
  readonly socket: Socket;
  /** The ciphers; the stream closes it when it ends. */
  readonly session: NoiseSession;
  /** Whoever read the handshake from `socket`: the stream starts with what it read too far. */
  readonly reader?: SocketReader;
  /** @default silentLogger */
  readonly logger?: Logger;
}

/**
 * The encrypted byte stream after a handshake (wire format 5), itself a {@link Socket}: what is written within a turn
 * shares frames, what arrives comes decrypted and verified, in memory that nobody else holds.
 *
 * A frame that does not verify destroys the stream with `ERR_NOISE_INVALID_DATA`; a remote that closes inside a frame,
 * or sends one of length 0, with `ERR_NOISE_UNEXPECTED_EOF`. An end proves nothing about the remote: anyone on the
 * path can cut at a frame border.
 */
export class NoiseStream implements Socket {
  /** Chunks given to `onData` are never reused. */
  readonly stableChunks = true;
  readonly ownChunks = true;
  readonly #inner: Socket;
  readonly #session: NoiseSession;
  readonly #logger: Logger;
  readonly #inbound: InboundFlow;
  readonly #outbound: OutboundFlow;

  constructor(
    { socket, session, reader, logger = silentLogger }: NoiseStreamComponents,
    options?: NoiseStreamOptions,
  ) {
    const resolved = resolveNoiseStreamOptions(options);
    this.#inner = socket;
    this.#session = session;
    this.#logger = logger;
    this.#outbound = new OutboundFlow(socket, session, resolved, (error) => this.#sendFailed(error));
    this.#inbound = new InboundFlow(
      socket,
      session,
      {
        onInnerDrain: () => {
          if (this.#outbound.innerDrained()) this.#inbound.drained();
        },
        onInvalidStream: (error) => this.#receiveFailed(error),
        onHandlerError: (error) => this.destroy(error),
        onInnerClose: () => this.#release(),
      },
      resolved.defer,
    );
    if (reader === undefined) socket.setHandler(this.#inbound);
    else reader.release(this.#inbound);
  }

  get queuedBytes(): number {
    return this.#outbound.pendingBytes + this.#inner.queuedBytes;
  }

  get closed(): boolean {
    return this.#inbound.closed || this.#inner.closed;
  }

  get remoteIp(): string | undefined {
    return this.#inner.remoteIp;
  }

  setHandler(handler: SocketHandler): void {
    this.#inbound.setHandler(handler);
  }

  write(chunk: Uint8Array): boolean {
    this.#assertWritable();
    this.#outbound.push(chunk);
    return this.#outbound.advance();
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    this.#assertWritable();
    for (let i = 0; i < chunks.length; i++) this.#outbound.push(chunks[i] as Uint8Array);
    return this.#outbound.advance();
  }

  /** Sends what was written, now. Nothing happens if nothing waits or the stream is over. */
  flush(): void {
    if (!this.closed) this.#outbound.flush();
  }

  end(): void {
    if (!this.closed) this.#outbound.end();
  }

  destroy(error?: Error): void {
    this.#release();
    this.#inbound.destroy(error);
  }

  pause(): void {
    this.#inbound.pause();
  }

  resume(): void {
    this.#inbound.resume();
  }

  #assertWritable(): void {
    if (this.#outbound.ended || this.#inner.closed) {
      throw new NoiseError(
        'ERR_BROKEN_PIPE',
        this.closed ? 'the Noise stream is closed' : 'this end of the Noise stream was ended',
      );
    }
  }

  /** Wipes the keys and drops what was to be sent. */
  #release(): void {
    this.#session.close();
    this.#outbound.discard();
  }

  #receiveFailed(error: Error): void {
    this.#logger.error({ error: error.message }, 'Noise decryption failed');
    this.#release();
    this.#inbound.fail(error);
  }

  #sendFailed(error: Error): void {
    // If the inner socket is gone its own close is on the way, and knows better why.
    if (this.#inner.closed) return;
    this.#logger.error({ error: error.message }, 'Noise encryption failed');
    this.destroy(error);
  }
}

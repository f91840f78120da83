import type { Socket, SocketHandler } from '@diemnet/types';
import { InboundLimit } from './inbound-limit.js';
import { OpenRateLimiter } from './open-rate-limiter.js';
import { OutboundLimit } from './outbound-limit.js';
import type { BucketHold, RateLimiter } from './token-source.js';

/** The limits of a {@link RateLimitedSocket}. */
export interface RateLimitedSocketOptions {
  /** Limits what is delivered. Released when the socket closes. @default no limit */
  readonly inbound?: BucketHold | undefined;
  /** Limits what is sent. Released when the socket closes. @default no limit */
  readonly outbound?: BucketHold | undefined;
}

const OPEN: BucketHold = new OpenRateLimiter<never>().hold();

/**
 * A socket that delivers and sends no faster than its buckets allow (DiemNet behaviour, section 16). It delays and
 * never drops: inbound it pauses the socket beneath, so that the remote feels the limit; outbound it queues, says so
 * by `write` returning false, and keeps the order. Ending and destroying are not limited.
 *
 * Sockets that hold the same bucket share its rate and take turns.
 */
export class RateLimitedSocket implements Socket {
  readonly #inner: Socket;
  readonly #inbound: InboundLimit;
  readonly #outbound: OutboundLimit;
  readonly #release: () => void;
  #handler: SocketHandler | undefined;

  constructor(inner: Socket, { inbound = OPEN, outbound = OPEN }: RateLimitedSocketOptions = {}) {
    this.#inner = inner;
    this.#outbound = new OutboundLimit(inner, outbound.bucket, () => this.#handler?.onDrain());
    this.#inbound = new InboundLimit(inner, inbound.bucket, {
      onInnerDrain: () => this.#outbound.onInnerDrain(),
      onGone: () => this.#letGo(),
    });
    this.#release = () => {
      inbound.release();
      outbound.release();
    };
  }

  get stableChunks(): boolean {
    return this.#inner.stableChunks;
  }

  get closed(): boolean {
    return this.#inbound.gone || this.#inner.closed;
  }

  get remoteIp(): string | undefined {
    return this.#inner.remoteIp;
  }

  get queuedBytes(): number {
    return this.#outbound.queuedBytes;
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
    this.#inbound.setHandler(handler);
  }

  /** @throws RateLimiterError `ERR_BROKEN_PIPE` after `end`, `destroy` or a close */
  write(chunk: Uint8Array): boolean {
    return this.#outbound.write([chunk]);
  }

  /** @throws RateLimiterError `ERR_BROKEN_PIPE` after `end`, `destroy` or a close */
  writeMany(chunks: readonly Uint8Array[]): boolean {
    return this.#outbound.write(chunks);
  }

  end(): void {
    this.#outbound.end();
  }

  destroy(error?: Error): void {
    this.#inbound.abandon(error);
    this.#letGo();
    this.#inner.destroy(error);
  }

  pause(): void {
    this.#inbound.pause();
  }

  resume(): void {
    this.#inbound.resume();
  }

  /** Whoever goes first, the socket or its owner: nobody waits in a bucket for a socket that is gone. */
  #letGo(): void {
    this.#outbound.abandon();
    this.#release();
  }
}

/**
 * Puts a socket under the limits of its remote IP address, the real one also where it was dialed by name (D-29). A
 * socket without an address gets buckets of its own.
 * @example const limited = limitSocket(socket, { inbound, outbound });
 */
export function limitSocket(
  socket: Socket,
  limiters: {
    readonly inbound?: RateLimiter<string> | undefined;
    readonly outbound?: RateLimiter<string> | undefined;
  },
): RateLimitedSocket {
  return new RateLimitedSocket(socket, {
    inbound: limiters.inbound?.hold(socket.remoteIp),
    outbound: limiters.outbound?.hold(socket.remoteIp),
  });
}

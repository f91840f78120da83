import { ChunkQueue, type Socket } from '@diemnet/types';
import { RateLimiterError } from './errors.js';
import type { TokenSource, TokenWaiter } from './token-source.js';

/** The sending half of a rate-limited socket: what has no token waits in order; the end waits behind it. */
export class OutboundLimit implements TokenWaiter {
  readonly #inner: Socket;
  readonly #bucket: TokenSource;
  readonly #onDrain: () => void;
  readonly #backlog = new ChunkQueue();
  #ended = false;
  #abandoned = false;
  /** The inner socket is above its high-water mark. */
  #innerFull = false;
  /** We said false to a writer, who waits for onDrain. */
  #owesDrain = false;

  constructor(inner: Socket, bucket: TokenSource, onDrain: () => void) {
    this.#inner = inner;
    this.#bucket = bucket;
    this.#onDrain = onDrain;
  }

  get queuedBytes(): number {
    return this.#backlog.bytes + this.#inner.queuedBytes;
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#ended || this.#abandoned || this.#inner.closed) {
      throw new RateLimiterError('ERR_BROKEN_PIPE', 'the socket is closed for writing');
    }
    let total = 0;
    for (const chunk of chunks) total += chunk.length;
    const direct = this.#backlog.bytes === 0;
    const granted = this.#bucket.acquireOrWait(total, this);
    if (direct && granted === total) {
      this.#innerFull = !this.#forward(chunks);
    } else {
      for (const chunk of chunks) this.#backlog.push(chunk);
      this.#send(granted);
    }
    // Bytes that wait for tokens are reason enough to ask the writer to wait as well.
    this.#owesDrain ||= this.#innerFull || this.#backlog.bytes > 0;
    return !this.#innerFull && this.#backlog.bytes === 0;
  }

  end(): void {
    if (this.#ended || this.#abandoned) return;
    this.#ended = true;
    if (this.#backlog.bytes === 0) this.#inner.end();
  }

  /** Forgets what waits. */
  abandon(): void {
    this.#abandoned = true;
    this.#bucket.cancel(this);
    this.#backlog.clear();
  }

  onInnerDrain(): void {
    this.#innerFull = false;
    this.#drainIfEmpty();
  }

  onTokens(granted: number): void {
    try {
      this.#send(granted);
      if (this.#backlog.bytes > 0 || this.#abandoned) return;
      if (this.#ended) this.#inner.end();
      this.#drainIfEmpty();
    } catch (error) {
      // A handler threw in onDrain: from a timer there is nobody above who would destroy the socket.
      this.#inner.destroy(error as Error);
    }
  }

  #send(tokens: number): void {
    const pieces: Uint8Array[] = [];
    let left = tokens;
    for (let piece = this.#backlog.take(left); piece !== undefined; piece = this.#backlog.take(left)) {
      pieces.push(piece);
      left -= piece.length;
    }
    if (left > 0) this.#bucket.return(left);
    if (pieces.length === 0) return;
    // Closed but not yet told so: the bytes are lost with the connection, and onClose is on its way.
    if (this.#inner.closed) return this.abandon();
    this.#innerFull = !this.#forward(pieces);
  }

  #forward(chunks: readonly Uint8Array[]): boolean {
    const only = chunks.length === 1 ? chunks[0] : undefined;
    return only === undefined ? this.#inner.writeMany(chunks) : this.#inner.write(only);
  }

  #drainIfEmpty(): void {
    if (!this.#owesDrain || this.#innerFull || this.#backlog.bytes > 0 || this.#ended) return;
    this.#owesDrain = false;
    this.#onDrain();
  }
}

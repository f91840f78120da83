import type { Socket, SocketHandler } from '@diemnet/types';
import { PeerManagerError } from '../errors.js';

/** A socket without another end: a test plays the remote, and sees what is done to it. */
export class FakeSocket implements Socket {
  readonly stableChunks = true;
  readonly remoteIp: string | undefined;
  /** What was written. */
  readonly written: Uint8Array[] = [];
  #handler: SocketHandler | undefined;
  #pending: ((handler: SocketHandler) => void)[] = [];
  #paused = false;
  #ended = false;
  #closed = false;
  #remoteEnded = false;

  constructor({ remoteIp }: { readonly remoteIp?: string | undefined } = {}) {
    this.remoteIp = remoteIp;
  }

  /** Our side ended its direction. */
  get ended(): boolean {
    return this.#ended;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get queuedBytes(): number {
    return 0;
  }

  /** The remote sends. */
  receive(bytes: Uint8Array): void {
    this.#deliver((handler) => handler.onData(bytes));
  }

  /** The remote ends its direction. */
  receiveEnd(): void {
    this.#remoteEnded = true;
    this.#deliver((handler) => handler.onEnd());
    if (this.#ended) this.#close(undefined);
  }

  /** The connection is lost. */
  lose(error?: Error): void {
    this.#close(error ?? new PeerManagerError('ERR_NOT_CONNECTED', 'connection lost'));
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
    queueMicrotask(() => this.#flush());
  }

  write(chunk: Uint8Array): boolean {
    return this.writeMany([chunk]);
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    this.written.push(...chunks);
    return true;
  }

  end(): void {
    this.#ended = true;
    if (this.#remoteEnded) this.#close(undefined);
  }

  destroy(error?: Error): void {
    this.#close(error);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    queueMicrotask(() => this.#flush());
  }

  #close(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#paused = false;
    this.#deliver((handler) => handler.onClose(error));
  }

  #deliver(call: (handler: SocketHandler) => void): void {
    this.#pending.push(call);
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    while (!this.#paused && this.#handler !== undefined) {
      const call = this.#pending.shift();
      if (call === undefined) return;
      call(this.#handler);
    }
  }
}

import type { RpcResponder } from '@diemnet/peer';
import type { RpcOptions } from '@diemnet/peer-manager';
import { DiemNetError, abortReason, type Timer } from '@diemnet/types';
import type { LoopbackNetwork } from './loopback-network.js';

/** One RPC between two nodes: the requester's promise and the handler's responder in one. */
export class LoopbackRpc implements RpcResponder {
  readonly response: Promise<Uint8Array>;
  readonly #network: LoopbackNetwork;
  readonly #controller = new AbortController();
  readonly #timer: Timer;
  readonly #onAbort: () => void;
  readonly #callerSignal: AbortSignal | undefined;
  #settle!: { resolve(payload: Uint8Array): void; reject(error: unknown): void };
  #answered = false;
  #settled = false;

  constructor(network: LoopbackNetwork, { timeoutMs, signal }: RpcOptions) {
    this.#network = network;
    this.response = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#timer = network.time.schedule(timeoutMs, () =>
      this.reject(new DiemNetError('ERR_RPC_TIMED_OUT', `no response within ${timeoutMs} ms`)),
    );
    this.#callerSignal = signal;
    this.#onAbort = () => this.reject(abortReason(signal as AbortSignal));
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  respond(payload: Uint8Array): boolean {
    this.#answer();
    if (this.#settled) return false;
    this.#network.later(() => this.#finish(() => this.#settle.resolve(payload)));
    return true;
  }

  fail(_error: unknown): void {
    // Nothing is sent: the requester runs into its timeout, as on the wire.
    this.#answer();
  }

  get closed(): boolean {
    return this.#answered || this.#settled;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends it without a response. */
  reject(error: unknown): void {
    this.#finish(() => this.#settle.reject(error));
  }

  #answer(): void {
    if (this.#answered) throw new DiemNetError('ERR_ALREADY_ANSWERED', 'an RPC is answered once');
    this.#answered = true;
  }

  #finish(settle: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#timer.cancel();
    this.#callerSignal?.removeEventListener('abort', this.#onAbort);
    if (!this.#answered) this.#controller.abort();
    settle();
  }
}

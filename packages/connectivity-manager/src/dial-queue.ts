import type { ConnectionMetadata } from '@diemnet/transport';
import type { NetworkAddress, PeerId, TimeService, Timer } from '@diemnet/types';

/** One dial: waiting for its delay, or under way. Known by identity, not by its peer (D-16). */
export interface Dial {
  readonly peerId: PeerId;
  readonly address: NetworkAddress;
  readonly delayMs: number;
  /** On the injected clock. */
  readonly dueAtMs: number;
  /** Meant to replace a connection that stands. */
  readonly replace: boolean;
  readonly phase: 'waiting' | 'dialing';
}

/** How a dial ended. */
export type DialOutcome =
  | { readonly kind: 'succeeded'; readonly metadata: ConnectionMetadata }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'cancelled' };

/** What the queue needs. */
export interface DialQueueComponents {
  readonly time: TimeService;
  readonly dial: (dial: Dial, signal: AbortSignal) => Promise<ConnectionMetadata>;
  readonly onStarted: (dial: Dial) => void;
  readonly onEnded: (dial: Dial, outcome: DialOutcome) => void;
}

interface Entry extends Dial {
  phase: 'waiting' | 'dialing';
  readonly controller: AbortController;
  timer: Timer | undefined;
}

/**
 * Dials that wait or are under way, at most one per peer, each with an identity of its own: the end of a dial that
 * was given up cannot touch a newer one of the same peer. Dials given up under way count as long as they last.
 */
export class DialQueue {
  readonly #components: DialQueueComponents;
  readonly #entries = new Map<PeerId, Entry>();
  readonly #ending = new Set<Entry>();

  constructor(components: DialQueueComponents) {
    this.#components = components;
  }

  /** Dials that wait or are under way. */
  get size(): number {
    return this.#entries.size;
  }

  /** What counts against the outbound limit: {@link size}, and cancelled dials that have not ended yet. */
  get occupied(): number {
    return this.#entries.size + this.#ending.size;
  }

  get(peerId: PeerId): Dial | undefined {
    return this.#entries.get(peerId);
  }

  has(peerId: PeerId): boolean {
    return this.#entries.has(peerId);
  }

  peerIds(): PeerId[] {
    return [...this.#entries.keys()];
  }

  /** Queues a dial to a peer that has none. */
  add(request: Pick<Dial, 'peerId' | 'address' | 'delayMs' | 'replace'>): Dial {
    const { time } = this.#components;
    const entry: Entry = {
      ...request,
      dueAtMs: time.now() + request.delayMs,
      phase: 'waiting',
      controller: new AbortController(),
      timer: undefined,
    };
    this.#entries.set(entry.peerId, entry);
    entry.timer = time.schedule(entry.delayMs, () => this.#start(entry));
    return entry;
  }

  /** Gives up the peer's dial, under way or not. False if there is none. */
  cancel(peerId: PeerId): boolean {
    const entry = this.#entries.get(peerId);
    if (entry === undefined) return false;
    this.#entries.delete(peerId);
    if (entry.phase === 'waiting') {
      entry.timer?.cancel();
      this.#components.onEnded(entry, { kind: 'cancelled' });
    } else {
      this.#ending.add(entry);
      entry.controller.abort();
    }
    return true;
  }

  /**
   * Gives up the peer's dial if it has not begun. One under way is left to the tie-break of both sides: closing it
   * from here could take away the one connection that the remote chose to keep.
   */
  cancelWaiting(peerId: PeerId): boolean {
    return this.#entries.get(peerId)?.phase === 'waiting' && this.cancel(peerId);
  }

  /** Gives up all dials. */
  clear(): void {
    for (const peerId of this.peerIds()) this.cancel(peerId);
  }

  #start(entry: Entry): void {
    entry.phase = 'dialing';
    this.#components.onStarted(entry);
    void this.#run(entry);
  }

  async #run(entry: Entry): Promise<void> {
    const { signal } = entry.controller;
    let outcome: DialOutcome;
    try {
      outcome = { kind: 'succeeded', metadata: await this.#components.dial(entry, signal) };
    } catch (error) {
      outcome = signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', error };
    }
    this.#ending.delete(entry);
    if (this.#entries.get(entry.peerId) === entry) this.#entries.delete(entry.peerId);
    this.#components.onEnded(entry, outcome);
  }
}

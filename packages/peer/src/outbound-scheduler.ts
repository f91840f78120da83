import type { Lane } from './lane.js';
import type { OutboundMessage } from './outbound-message.js';
import type { PeerMetrics } from './metrics.js';

/** Lanes of one rank that have something to send, in the order in which they take turns. */
interface RankClass {
  readonly rank: number;
  readonly active: Lane[];
}

/**
 * Decides which message is sent next: the lowest rank first, and within a rank one message of each lane in turn
 * (D-13). Does no I/O.
 *
 *   rank  0   [responses 0] [health checks]    <- while one of these has something ...
 *   rank 10   [consensus] [mempool]            <- ... these wait, and take turns after that
 *   rank 20   [state sync]
 */
export class OutboundScheduler {
  readonly #classes: RankClass[] = [];
  readonly #maxBytes: number;
  readonly #metrics: PeerMetrics;
  #messages = 0;
  #bytes = 0;
  #refused = 0;

  constructor(maxBytes: number, metrics: PeerMetrics) {
    this.#maxBytes = maxBytes;
    this.#metrics = metrics;
  }

  get messages(): number {
    return this.#messages;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Messages for which there was no room. */
  get refused(): number {
    return this.#refused;
  }

  /** False if the lane or the whole connection has no room. */
  enqueue(lane: Lane, message: OutboundMessage): boolean {
    const fits = this.#messages === 0 || this.#bytes + message.frameBytes <= this.#maxBytes;
    if (!fits || !lane.accepts(message.frameBytes)) {
      this.#refused++;
      this.#metrics.requestsDropped.inc();
      return false;
    }
    if (lane.messages === 0) this.#classOf(lane.rank).active.push(lane);
    lane.push(message);
    this.#messages++;
    this.#bytes += message.frameBytes;
    this.#metrics.requestsEnqueued.inc();
    this.#metrics.pendingWireMessages.inc();
    this.#metrics.pendingWireBytes.inc(message.frameBytes);
    return true;
  }

  /** Room for more on this lane, as far as anyone who was told to wait should care. */
  hasRoom(lane: Lane): boolean {
    return lane.hasRoom && 2 * this.#bytes < this.#maxBytes;
  }

  /** Takes the message whose turn it is. */
  next(): OutboundMessage | undefined {
    for (const { active } of this.#classes) {
      for (let lane = active[0]; lane !== undefined; lane = active[0]) {
        const message = lane.shift() as OutboundMessage;
        if (active.length > 1) active.shift();
        if (lane.messages === 0) {
          if (active[0] === lane) active.shift();
        } else if (active[0] !== lane) {
          active.push(lane);
        }
        this.#left(message.frameBytes);
        if (message.discarded) continue;
        message.taken = true;
        return message;
      }
    }
    return undefined;
  }

  /** The message will not be sent, if it has not been taken yet. */
  discard(lane: Lane, message: OutboundMessage): void {
    if (message.taken || message.discarded) return;
    this.#bytes -= message.frameBytes;
    this.#metrics.pendingWireBytes.dec(message.frameBytes);
    lane.discard(message);
  }

  /** Drops everything: the connection is gone. */
  clear(): void {
    for (const { active } of this.#classes) {
      for (const lane of active) lane.clear();
      active.length = 0;
    }
    this.#metrics.requestsDropped.inc(this.#messages);
    this.#metrics.pendingWireMessages.dec(this.#messages);
    this.#metrics.pendingWireBytes.dec(this.#bytes);
    this.#messages = 0;
    this.#bytes = 0;
  }

  #left(frameBytes: number): void {
    this.#messages--;
    this.#bytes -= frameBytes;
    this.#metrics.requestsDequeued.inc();
    this.#metrics.pendingWireMessages.dec();
    this.#metrics.pendingWireBytes.dec(frameBytes);
  }

  #classOf(rank: number): RankClass {
    const at = this.#classes.findIndex((other) => other.rank >= rank);
    const found = this.#classes[at];
    if (found?.rank === rank) return found;
    const created: RankClass = { rank, active: [] };
    this.#classes.splice(at < 0 ? this.#classes.length : at, 0, created);
    return created;
  }
}

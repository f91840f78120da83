import type { Socket, TimeService, WaitOptions } from '@diemnet/types';
import { encodeErrorFrame, type ErrorCode } from '@diemnet/wire';
import type { DeadlineWheel } from './deadline-wheel.js';
import { PeerError } from './errors.js';
import { Lane } from './lane.js';
import { lanePriorityRank } from './lane-priority.js';
import type { PeerMetrics } from './metrics.js';
import type { ResolvedPeerOptions } from './options.js';
import { OutboundMessage } from './outbound-message.js';
import { OutboundScheduler } from './outbound-scheduler.js';
import { OutboundWriter, type WriterListener } from './outbound-writer.js';
import { RoomWaiters } from './room-waiters.js';
import type { WriteSlab } from './write-slab.js';
import { WriteStallMonitor, type WriteProgress } from './write-stall.js';

/** What a {@link PeerOutbox} needs, and whom it tells. */
export interface PeerOutboxComponents {
  readonly socket: Socket;
  readonly time: TimeService;
  readonly deadlines: DeadlineWheel;
  readonly metrics: PeerMetrics;
  readonly slab: WriteSlab | undefined;
  onWriteFailed(error: unknown): void;
  onWriteStalled(): void;
}

/** Error replies that may wait: more than one second's worth tells the remote nothing new. */
const MAX_ERROR_REPLIES = 1024;

/** Everything about sending on one connection: lanes, scheduler, writer, waiting senders and the stall monitor. */
export class PeerOutbox implements WriterListener, WriteProgress {
  readonly #components: PeerOutboxComponents;
  readonly #maxFrameBytes: number;
  readonly #scheduler: OutboundScheduler;
  readonly #writer: OutboundWriter;
  readonly #stall: WriteStallMonitor;
  readonly #waiters = new RoomWaiters();
  readonly #errors: Lane;
  readonly #hasRoom = (lane: Lane) => this.hasRoom(lane);
  #started = false;
  #closed = false;
  #acceptedBytes = 0;
  #drains = 0;
  /** `sentBytes` when the writer last was done. */
  #flushedBytes = 0;
  #lastSentAt: number | undefined;
  #onIdle: (() => void) | undefined;

  constructor(components: PeerOutboxComponents, options: ResolvedPeerOptions) {
    this.#components = components;
    this.#maxFrameBytes = options.maxFrameBytes;
    this.#scheduler = new OutboundScheduler(options.maxQueuedBytes, components.metrics);
    this.#writer = new OutboundWriter(components.socket, this.#scheduler, this, {
      batchBytes: options.writeBatchBytes,
      slab: components.slab,
    });
    this.#stall = new WriteStallMonitor(components.deadlines, options.writeStallTimeoutMs, this, () =>
      components.onWriteStalled(),
    );
    this.#errors = new Lane({
      rank: lanePriorityRank('urgent'),
      maxMessages: MAX_ERROR_REPLIES,
      maxBytes: options.laneBytes,
    });
  }

  /** From now on the socket may be written. */
  start(): void {
    this.#started = true;
    // One request after the other would set and cancel a timer each.
    this.#components.deadlines.hold();
    if (this.#scheduler.messages > 0) this.#writer.schedule();
  }

  /** @throws PeerError `ERR_MESSAGE_TOO_LARGE`, before anything is queued (D-05) */
  checkLength(messageBytes: number): void {
    if (messageBytes <= this.#maxFrameBytes) return;
    throw new PeerError(
      'ERR_MESSAGE_TOO_LARGE',
      `a message may have ${this.#maxFrameBytes} bytes, this one has ${messageBytes}`,
      { details: { messageBytes, maxFrameBytes: this.#maxFrameBytes } },
    );
  }

  /** Queues a message of legal length; false if there is no room. */
  enqueue(lane: Lane, message: OutboundMessage): boolean {
    if (!this.#scheduler.enqueue(lane, message)) return false;
    this.#acceptedBytes += message.frameBytes;
    if (this.#started) this.#writer.schedule();
    return true;
  }

  /** Queues an Error message; false if too many wait already. */
  enqueueError(error: ErrorCode): boolean {
    return this.enqueue(this.#errors, OutboundMessage.frame(encodeErrorFrame(error)));
  }

  /** Forgets a message that has not been begun. */
  discard(lane: Lane, message: OutboundMessage): void {
    const bytes = message.frameBytes;
    this.#scheduler.discard(lane, message);
    this.#acceptedBytes -= bytes - message.frameBytes;
  }

  hasRoom(lane: Lane): boolean {
    return this.#scheduler.hasRoom(lane);
  }

  /** Resolves when the lane has room. */
  async waitForRoom(lane: Lane, options: WaitOptions): Promise<void> {
    if (!this.hasRoom(lane)) await this.#waiters.wait(lane, options);
  }

  refuseWaiting(createError: () => Error): void {
    this.#waiters.rejectAll(createError);
  }

  /** Writes what it can now and calls `callback` once everything is with the socket. */
  flushThen(callback: () => void): void {
    this.#onIdle = callback;
    this.#writer.flush();
  }

  /** Writes what it can now; true if nothing is left. */
  flushNow(): boolean {
    this.#writer.flush();
    return this.#writer.idle;
  }

  onDrain(): void {
    this.#drains++;
    this.#writer.onDrain();
  }

  /** The connection is gone: drops what waits. */
  close(): void {
    if (this.#started && !this.#closed) this.#components.deadlines.release();
    this.#closed = true;
    this.#onIdle = undefined;
    this.#writer.stop();
    this.#stall.stop();
    this.#scheduler.clear();
  }

  get queuedMessages(): number {
    return this.#scheduler.messages;
  }

  /** Messages for which there was no room. */
  get refusedMessages(): number {
    return this.#scheduler.refused;
  }

  /** Bytes that are not with the socket yet. */
  get queuedBytes(): number {
    return this.#scheduler.bytes + this.#writer.restBytes;
  }

  get sentBytes(): number {
    return this.#acceptedBytes - this.queuedBytes;
  }

  get lastSentAt(): number | undefined {
    return this.#lastSentAt;
  }

  get writePending(): boolean {
    return this.#writer.blocked || this.#components.socket.queuedBytes > 0;
  }

  get writeMark(): number {
    return this.sentBytes - this.#components.socket.queuedBytes + this.#drains;
  }

  onFlushed(): void {
    const sentBytes = this.sentBytes;
    if (sentBytes !== this.#flushedBytes) {
      this.#components.metrics.wireBytesOut.inc(Math.max(0, sentBytes - this.#flushedBytes));
      this.#flushedBytes = sentBytes;
      this.#lastSentAt = this.#components.time.now();
      this.#waiters.wake(this.#hasRoom);
    }
    this.#stall.check();
    if (!this.#writer.idle) return;
    const onIdle = this.#onIdle;
    this.#onIdle = undefined;
    onIdle?.();
  }

  onWriteFailed(error: unknown): void {
    // A socket that has closed tells why itself, and better.
    if (!this.#components.socket.closed) this.#components.onWriteFailed(error);
  }
}

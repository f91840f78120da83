import { ChunkQueue } from '@diemnet/types';
import type { Trace } from '../trace/trace.js';
import type { VirtualTime } from '../time/virtual-time.js';
import type { Held, Link } from './link.js';
import type { SimulatedConnection } from './simulated-connection.js';
import type { Trap } from './trap.js';

/** Bytes, the end of the stream, or its violent end. */
export type Segment = Uint8Array | 'end' | 'reset';

/** Told when bytes were taken from the queue, or the end was sent, some time after they were written. */
export interface PipeSender {
  onTransmitted(): void;
}

/** Gets what arrives. */
export interface PipeReceiver {
  onSegment(segment: Segment): void;
}

export interface PipeComponents {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly connection: SimulatedConnection;
  readonly label: string;
  /** The way of the bytes, and that of their acknowledgements. */
  readonly link: Link;
  readonly backLink: Link;
  /** Decides when the next segment arrives; undefined leaves it to the link. */
  readonly pace: (() => number | undefined) | undefined;
  /** Sees what is sent, when it is sent. */
  readonly tap: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * One direction of a connection:
 *
 *   write -> queue --(window)--> under way --(latency, order kept)--> receiver's inbox -> handler
 *
 * Each segment under way has one event; whichever comes first delivers the oldest segment, so that what a closed link
 * held back stays in order.
 */
export class Pipe implements Held {
  readonly #components: PipeComponents;
  readonly #ends: { readonly sender: PipeSender; readonly receiver: PipeReceiver };
  readonly #queue = new ChunkQueue();
  #underway: Segment[] = [];
  #underwayHead = 0;
  readonly #arrive = () => this.#onArrival();
  readonly #reopen = () => this.#onWindow();
  /** Segments whose time has come while the way was closed. */
  #late = 0;
  /** Sent and not taken by the receiver's handler. */
  #unacknowledged = 0;
  /** Taken, but the sender cannot know. */
  #unheard = 0;
  #windowEventDue = false;
  #lastArrival = 0;
  #busyUntil = 0;
  #endQueued = false;
  #endSent = false;
  #cut = false;
  #stalled = false;
  #delivered = 0;
  #trap: Trap | undefined;

  constructor(
    components: PipeComponents,
    ends: { readonly sender: PipeSender; readonly receiver: PipeReceiver },
    trap: Trap | undefined,
  ) {
    this.#components = components;
    this.#ends = ends;
    this.#trap = trap;
  }

  /** Accepted and not under way yet. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /** Under way, or with the receiver and unread. */
  get unacknowledgedBytes(): number {
    return this.#unacknowledged;
  }

  get endSent(): boolean {
    return this.#endSent;
  }

  /** Bytes that have arrived. */
  get deliveredBytes(): number {
    return this.#delivered;
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** Sends what link and window allow. */
  transmit(): void {
    const { link } = this.#components;
    const queue = this.#queue;
    if (queue.bytes > 0) {
      if (!link.accepting) return link.hold(this);
      while (queue.bytes > 0) {
        const room = link.shape.windowBytes - this.#unacknowledged;
        if (room <= 0) return;
        const segment = takeMerged(queue, Math.min(room, link.segmentBytes()));
        this.#unacknowledged += segment.length;
        this.#components.tap?.(segment);
        this.#send(segment);
      }
    }
    if (this.#endQueued && !this.#endSent) {
      this.#endSent = true;
      this.#send('end');
    }
  }

  /** Ends the stream behind what is queued. */
  end(): void {
    this.#endQueued = true;
    this.transmit();
  }

  /** Drops what is queued, and sends a reset. */
  abort(): void {
    this.drop();
    this.#send('reset');
  }

  /** Drops what is queued; no end follows. */
  drop(): void {
    this.#queue.clear();
    this.#endQueued = false;
  }

  /** Nothing arrives any more. */
  cut(): void {
    this.#cut = true;
    this.#underway = [];
    this.#underwayHead = 0;
  }

  /** Bytes were taken by the receiver's handler. */
  acknowledge(bytes: number): void {
    const { backLink } = this.#components;
    if (backLink.blocked) {
      this.#unheard += bytes;
      backLink.hold(this);
      return;
    }
    this.#unacknowledged -= bytes + this.#unheard;
    this.#unheard = 0;
    if (this.#queue.bytes > 0) this.#scheduleWindow();
  }

  /** A link has changed. */
  retry(): void {
    const { link, time } = this.#components;
    if (this.#unheard > 0) this.acknowledge(0);
    if (this.#late > 0) {
      if (this.#isClosed) link.hold(this);
      else {
        const at = Math.max(time.now() + link.delay(), this.#lastArrival);
        this.#lastArrival = at;
        for (; this.#late > 0; this.#late--) time.at(at, this.#arrive);
      }
    }
    if (this.#queue.bytes > 0) this.#scheduleWindow();
  }

  get #isClosed(): boolean {
    return this.#stalled || this.#components.link.closed;
  }

  #send(segment: Segment): void {
    if (this.#cut) return;
    const { time, link } = this.#components;
    let departure = time.now();
    if (link.shape.bytesPerSecond !== Number.POSITIVE_INFINITY && typeof segment !== 'string') {
      departure = Math.max(departure, this.#busyUntil) + (segment.length * 1000) / link.shape.bytesPerSecond;
      this.#busyUntil = departure;
    }
    const { pace } = this.#components;
    const arrival = Math.max(this.#lastArrival, pace?.() ?? departure + link.delay());
    this.#lastArrival = arrival;
    this.#underway.push(segment);
    time.at(arrival, this.#arrive);
  }

  #onArrival(): void {
    if (this.#cut) return;
    if (this.#isClosed || this.#late > 0) {
      this.#late++;
      this.#components.link.hold(this);
      return;
    }
    let segment = this.#underway[this.#underwayHead] as Segment;
    if (typeof segment !== 'string' && this.#trap !== undefined) {
      const sprung = this.#spring(segment, this.#trap);
      if (sprung === undefined) return;
      segment = sprung;
    }
    this.#underway[this.#underwayHead++] = 'end';
    if (this.#underwayHead === this.#underway.length) {
      this.#underway = [];
      this.#underwayHead = 0;
    }
    this.#deliver(segment);
  }

  #deliver(segment: Segment): void {
    const { time, trace, label } = this.#components;
    if (typeof segment === 'string') trace.add(time.now(), segment, label);
    else {
      this.#delivered += segment.length;
      trace.add(time.now(), 'data', label, '', segment);
    }
    this.#ends.receiver.onSegment(segment);
  }

  /** What is to be delivered of a segment that may contain the byte of the trap; undefined if it has to wait. */
  #spring(segment: Uint8Array, trap: Trap): Uint8Array | undefined {
    const before = trap.atByte - this.#delivered;
    if (before >= segment.length) return segment;
    const { time, trace, label, connection } = this.#components;
    if (before > 0) {
      this.#underway[this.#underwayHead] = segment.subarray(before);
      time.at(time.now(), this.#arrive);
      this.#deliver(segment.subarray(0, before));
      return undefined;
    }
    this.#trap = undefined;
    trap.onSprung?.();
    const { fault } = trap;
    const name = typeof fault === 'object' ? 'stall' : typeof fault === 'function' ? 'action' : fault;
    trace.add(time.now(), 'link', label, `${name} at byte ${trap.atByte}`);
    if (fault === 'corrupt') {
      const copy = segment.slice();
      copy[0] = (copy[0] as number) ^ 1;
      return copy;
    }
    if (typeof fault === 'object') {
      this.#stalled = true;
      this.#late++;
      time.at(time.now() + fault.stallMs, () => {
        this.#stalled = false;
        this.retry();
      });
      return undefined;
    }
    if (fault === 'reset') connection.reset();
    else if (fault === 'die') connection.die();
    else {
      fault(connection);
      time.at(time.now(), this.#arrive);
    }
    return undefined;
  }

  /** The news of room takes its time to get back to the sender. */
  #scheduleWindow(): void {
    if (this.#windowEventDue || this.#cut) return;
    this.#windowEventDue = true;
    const { time, backLink } = this.#components;
    time.at(time.now() + backLink.delay(), this.#reopen);
  }

  #onWindow(): void {
    this.#windowEventDue = false;
    if (this.#components.backLink.blocked) return this.#components.backLink.hold(this);
    this.transmit();
    this.#ends.sender.onTransmitted();
  }
}

/** The next bytes of a queue that is not empty, as many as there are up to `maxBytes`, whatever chunks they came in. */
function takeMerged(queue: ChunkQueue, maxBytes: number): Uint8Array {
  const length = Math.min(maxBytes, queue.bytes);
  const first = queue.take(length) as Uint8Array;
  if (first.length === length) return first;
  const merged = new Uint8Array(length);
  merged.set(first);
  for (let at = first.length; at < length;) {
    const next = queue.take(length - at) as Uint8Array;
    merged.set(next, at);
    at += next.length;
  }
  return merged;
}

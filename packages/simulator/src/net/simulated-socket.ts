import { NetcoreError } from '@diemnet/netcore';
import { ChunkQueue, type Socket, type SocketHandler } from '@diemnet/types';
import type { Incarnation } from '../time/incarnation.js';
import type { VirtualTime } from '../time/virtual-time.js';
import type { Pipe, PipeReceiver, PipeSender, Segment } from './pipe.js';

/** What one end of a connection needs. */
export interface SimulatedSocketComponents {
  readonly time: VirtualTime;
  readonly incarnation: Incarnation;
  readonly remoteIp: string;
  /** Bytes the sender may queue before `write` answers false. */
  readonly highWaterMarkBytes: number;
  /** Lent to handlers and overwritten afterwards, as a receive buffer is; undefined hands out stable chunks. */
  readonly scratch: Uint8Array | undefined;
  /** This end is closed, from this moment on. */
  readonly onClosed: (socket: SimulatedSocket) => void;
}

/**
 * One end of a simulated TCP connection. Behaves as a TCP socket of an operating system does: what is sent arrives in
 * order or not at all, a vanished end answers with a reset, and a dead link tells nobody anything.
 */
export class SimulatedSocket implements Socket, PipeSender, PipeReceiver {
  readonly stableChunks: boolean;
  readonly remoteIp: string;
  readonly #components: SimulatedSocketComponents;
  readonly #inbox = new ChunkQueue();
  readonly #runTurn = () => this.#turn();
  readonly #enterTurn: () => void;
  #outbound!: Pipe;
  #inbound!: Pipe;
  #handler: SocketHandler | undefined;
  #paused = false;
  #turnDue = false;
  #delivering = false;
  #owesDrain = false;
  #ended = false;
  #endArrived = false;
  #endDelivered = false;
  /** No process owns this end any more: whatever arrives is answered with a reset. */
  #gone = false;
  #closing: { readonly error: Error | undefined } | undefined;
  #closeDelivered = false;
  #resetSent = false;

  constructor(components: SimulatedSocketComponents) {
    this.#components = components;
    this.remoteIp = components.remoteIp;
    this.stableChunks = components.scratch === undefined;
    this.#enterTurn = () => components.incarnation.enter(this.#runTurn);
  }

  /** Once, before use. */
  attach(outbound: Pipe, inbound: Pipe): void {
    this.#outbound = outbound;
    this.#inbound = inbound;
  }

  get queuedBytes(): number {
    return this.#closing === undefined ? this.#outbound.queuedBytes : 0;
  }

  /** Bytes that have arrived and that the handler has not taken. */
  get unreadBytes(): number {
    return this.#inbox.bytes;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  setHandler(handler: SocketHandler): void {
    this.#handler = handler;
    this.#wake();
  }

  write(chunk: Uint8Array): boolean {
    this.#assertWritable();
    this.#outbound.push(chunk);
    return this.#written();
  }

  writeMany(chunks: readonly Uint8Array[]): boolean {
    this.#assertWritable();
    for (let i = 0; i < chunks.length; i++) this.#outbound.push(chunks[i] as Uint8Array);
    return this.#written();
  }

  end(): void {
    if (this.#ended || this.#closing !== undefined) return;
    this.#ended = true;
    this.#owesDrain = false;
    this.#outbound.end();
    this.#closeIfDone();
  }

  destroy(error?: Error): void {
    if (this.#closing !== undefined) return;
    this.#hangUp();
    this.#close(error);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#wake();
  }

  /** The process died, and its operating system closes for it. Nobody is left to be told. */
  abandon(): void {
    if (this.#gone) return;
    if (this.#closing === undefined) this.#hangUp();
    this.#vanish();
  }

  /** The machine lost its power: nothing is sent. */
  vanish(): void {
    if (this.#gone) return;
    this.#outbound.drop();
    this.#vanish();
  }

  /** Nobody here knows of the connection that the remote has just taken. */
  refuse(): void {
    this.vanish();
    this.#answerWithReset();
  }

  /** The connection was reset on its way, by neither end. */
  resetByNetwork(): void {
    if (this.#gone || this.#closing !== undefined) return;
    this.#outbound.drop();
    this.#close(resetError());
  }

  onSegment(segment: Segment): void {
    if (this.#gone || this.#closing !== undefined) {
      if (segment !== 'reset') this.#answerWithReset();
      return;
    }
    if (segment === 'reset') {
      this.#outbound.drop();
      this.#close(resetError());
      return;
    }
    if (segment === 'end') this.#endArrived = true;
    else this.#inbox.push(segment);
    if (this.#turnDue) return;
    // Nothing of the node is on the stack: this is an event of its own.
    if (this.#components.incarnation.state === 'running') this.#deliver();
    else this.#wake();
  }

  onTransmitted(): void {
    if (this.#owesDrain && this.#isDrained()) this.#wake();
    this.#closeIfDone();
  }

  #assertWritable(): void {
    if (!this.#ended && this.#closing === undefined) return;
    throw new NetcoreError(
      'ERR_BROKEN_PIPE',
      this.#ended ? 'this end of the connection was ended' : 'the connection is closed',
    );
  }

  #written(): boolean {
    this.#outbound.transmit();
    if (this.#outbound.queuedBytes <= this.#components.highWaterMarkBytes) return true;
    this.#owesDrain = true;
    return false;
  }

  #isDrained(): boolean {
    return this.#outbound.queuedBytes * 2 <= this.#components.highWaterMarkBytes;
  }

  /** As an operating system closes: a reset if anything is lost by it. */
  #hangUp(): void {
    const lossless = this.#inbox.bytes === 0 && this.#outbound.queuedBytes === 0;
    if (lossless) this.#outbound.end();
    else this.#answerWithReset();
  }

  #answerWithReset(): void {
    if (this.#resetSent) return;
    this.#resetSent = true;
    this.#outbound.abort();
  }

  #vanish(): void {
    this.#gone = true;
    this.#handler = undefined;
    this.#inbox.clear();
    if (this.#closing === undefined) {
      this.#closing = { error: undefined };
      this.#components.onClosed(this);
    }
  }

  #close(error: Error | undefined): void {
    this.#closing = { error };
    this.#inbox.clear();
    this.#owesDrain = false;
    this.#components.onClosed(this);
    this.#wake();
  }

  /** An orderly end: both directions ended, ours is sent, theirs was heard. */
  #closeIfDone(): void {
    if (this.#ended && this.#endDelivered && this.#outbound.endSent && this.#closing === undefined) {
      this.#close(undefined);
    }
  }

  #wake(): void {
    if (this.#turnDue || this.#handler === undefined || this.#closeDelivered) return;
    this.#turnDue = true;
    const { time } = this.#components;
    time.at(time.now(), this.#enterTurn);
  }

  #turn(): void {
    this.#turnDue = false;
    if (this.#owesDrain && this.#closing === undefined && this.#isDrained()) {
      this.#owesDrain = false;
      try {
        this.#handler?.onDrain();
      } catch (thrown) {
        this.destroy(thrown instanceof Error ? thrown : undefined);
      }
    }
    this.#deliver();
  }

  #deliver(): void {
    if (this.#delivering || this.#handler === undefined) return;
    this.#delivering = true;
    try {
      while (this.#inbox.bytes > 0 && !this.#paused) this.#deliverChunk();
      if (
        this.#endArrived &&
        !this.#endDelivered &&
        this.#inbox.bytes === 0 &&
        !this.#paused &&
        this.#closing === undefined
      ) {
        this.#endDelivered = true;
        this.#handler.onEnd();
        this.#closeIfDone();
      }
    } catch (thrown) {
      this.destroy(thrown instanceof Error ? thrown : undefined);
    } finally {
      this.#delivering = false;
    }
    if (this.#closing !== undefined && !this.#turnDue) this.#deliverClose(this.#closing.error);
  }

  #deliverChunk(): void {
    const { scratch } = this.#components;
    let chunk = this.#inbox.take(scratch?.length ?? Number.POSITIVE_INFINITY) as Uint8Array;
    const { length } = chunk;
    if (scratch !== undefined) {
      scratch.set(chunk);
      chunk = scratch.subarray(0, length);
    }
    this.#inbound.acknowledge(length);
    this.#handler?.onData(chunk);
    if (scratch !== undefined) scratch.fill(0xa5, 0, length);
  }

  #deliverClose(error: Error | undefined): void {
    if (this.#closeDelivered) return;
    this.#closeDelivered = true;
    try {
      this.#handler?.onClose(error);
    } catch {
      // Nothing is left that could be taken away from a defective handler.
    }
  }
}

function resetError(): NetcoreError {
  return new NetcoreError('ERR_CONNECTION_RESET', 'the connection was reset by the other end or on the way');
}

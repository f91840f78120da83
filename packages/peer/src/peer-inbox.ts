import { HIGHEST_DIEM_PROTOCOL_ID, MessageReader } from '@diemnet/wire';
import { InboundDispatcher, type InboundDispatcherComponents } from './inbound-dispatcher.js';
import type { ResolvedPeerOptions } from './options.js';

/** Parts of a connection that receiving touches. */
export interface PeerInboxComponents extends InboundDispatcherComponents {
  /** What came cannot be read, and nothing after it. */
  readonly onReadFailed: (error: unknown) => void;
  /** The chunks that arrive are ours alone. */
  readonly ownChunks: boolean;
}

/** The receiving side of one connection: from the socket's chunks to messages that are dispatched. */
export class PeerInbox {
  readonly #components: PeerInboxComponents;
  readonly #dispatcher: InboundDispatcher;
  readonly #reader: MessageReader;
  #bytes = 0;
  #lastReceivedAt: number | undefined;
  #discards = false;

  constructor(components: PeerInboxComponents, options: ResolvedPeerOptions) {
    const { target } = components;
    this.#components = components;
    this.#dispatcher = new InboundDispatcher(components, options);
    this.#reader = new MessageReader(this.#dispatcher, {
      maxFrameBytes: options.maxFrameBytes,
      ownChunks: components.ownChunks,
      isKnownProtocol: (id) =>
        id <= HIGHEST_DIEM_PROTOCOL_ID ||
        target.isRegistered(id, 'direct-send') ||
        target.isRegistered(id, 'rpc'),
    });
  }

  /** All that came, read or not. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the last bytes came, on the monotonic clock. */
  get lastReceivedAt(): number | undefined {
    return this.#lastReceivedAt;
  }

  /** Bytes of a message that has not come whole yet. */
  get heldBytes(): number {
    return this.#reader.heldBytes;
  }

  get violations(): number {
    return this.#dispatcher.violationCount;
  }

  get unhandled(): number {
    return this.#dispatcher.unhandled;
  }

  /** `stable`: the chunk's memory may be kept. */
  receive(chunk: Uint8Array, stable: boolean): void {
    this.#bytes += chunk.length;
    this.#components.metrics.wireBytesIn.inc(chunk.length);
    this.#lastReceivedAt = this.#components.time.now();
    if (this.#discards) return;
    try {
      this.#reader.push(chunk, stable);
    } catch (error) {
      this.#components.onReadFailed(error);
    }
  }

  /** Nothing more will come. True if it broke off within a message that we would have read. */
  end(): boolean {
    const truncated = this.#reader.end() === 'truncated' && !this.#discards;
    this.#discards = true;
    return truncated;
  }

  /** From now on only DirectSends are handed up. */
  drain(): void {
    this.#dispatcher.drain();
  }

  /**
   * From now on bytes are counted and not read. What there is of a message is let go of: nobody holds it until the
   * remote has hung up (D-32).
   */
  discard(): void {
    this.#discards = true;
    this.#reader.stop();
  }
}

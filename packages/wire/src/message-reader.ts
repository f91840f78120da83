import { WireError } from './errors.js';
import { FrameAssembly } from './frame-assembly.js';
import { DEFAULT_MAX_FRAME_BYTES, FRAME_LENGTH_BYTES } from './frame-limit.js';
import { MessageDecoder, type MessageSink } from './message-decoder.js';
import { onlyDiemProtocols, type IsKnownProtocol } from './network-message.js';

/** Options of a {@link MessageReader}. */
export interface MessageReaderOptions {
  /** Longest frame accepted, in bytes. @default 8,388,608 */
  readonly maxFrameBytes?: number;
  /** Which ids above 6 decode. @default none */
  readonly isKnownProtocol?: IsKnownProtocol;
  /** Nobody else holds the stable chunks: the memory of those that were copied is given back. @default false */
  readonly ownChunks?: boolean;
}

/**
 * Decodes the stream of u32-framed messages that follows the version handshake (DiemNet wire format, sections 7
 * and 8), from chunks of any size, without I/O of its own.
 *
 * A message inside one stable chunk is delivered as a view of it: an application that keeps a small payload for
 * long keeps the whole chunk and may prefer to copy it.
 */
export class MessageReader {
  readonly #decoder: MessageDecoder;
  readonly #maxFrameBytes: number;
  readonly #ownChunks: boolean;
  #headerBytes = 0;
  #headerValue = 0;
  #assembly: FrameAssembly | undefined;
  #stopped = false;
  #ended = false;
  #failure: WireError | undefined;

  constructor(
    sink: MessageSink,
    {
      maxFrameBytes = DEFAULT_MAX_FRAME_BYTES,
      isKnownProtocol = onlyDiemProtocols,
      ownChunks = false,
    }: MessageReaderOptions = {},
  ) {
    this.#decoder = new MessageDecoder(sink, isKnownProtocol);
    this.#maxFrameBytes = maxFrameBytes;
    this.#ownChunks = ownChunks;
  }

  /**
   * Takes the next bytes and delivers every message that they complete.
   * @param stable true if the chunk may be kept as it is; if not, payloads lie in copies
   * @throws WireError `ERR_FRAME_TOO_LARGE` as soon as a length above the limit is there, and from then on always;
   * `ERR_STREAM_ENDED` after {@link end}
   */
  push(chunk: Uint8Array, stable: boolean): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended) throw new WireError('ERR_STREAM_ENDED', 'the stream of messages has ended');
    const bytes = chunk.length;
    let at = 0;
    if (this.#assembly !== undefined || this.#headerBytes > 0) {
      at = this.#continueFrame(chunk, stable);
      // A chunk that was copied as a whole may have given its memory back: it is not to be looked at again.
      if (at === bytes) return;
    }
    if (!stable && bytes - at >= FRAME_LENGTH_BYTES) {
      // One copy of all that is left costs far less than one for every message in it.
      this.#readFrames(ownCopy(chunk, at), 0);
    } else {
      this.#readFrames(chunk, at);
    }
  }

  /**
   * The stream is over: `clean` at a frame border, `truncated` inside a frame or a length.
   * Pushing more is an error from now on.
   */
  end(): 'clean' | 'truncated' {
    const midFrame = this.#assembly !== undefined || this.#headerBytes > 0;
    this.#assembly = undefined;
    this.#ended = true;
    return midFrame ? 'truncated' : 'clean';
  }

  /** Delivers nothing any more, also of a chunk being pushed right now. For a connection that is destroyed. */
  stop(): void {
    this.#stopped = true;
    this.#assembly = undefined;
  }

  /** Memory held for a frame that is not complete, in bytes. */
  get heldBytes(): number {
    return this.#assembly?.heldBytes ?? 0;
  }

  /** Reads from the start of a frame, from memory that may be kept unless only part of a length is left. */
  #readFrames(chunk: Uint8Array, from: number): void {
    const end = chunk.length;
    let at = from;
    while (end - at >= FRAME_LENGTH_BYTES && !this.#stopped) {
      const length =
        (((chunk[at] as number) << 24) |
          ((chunk[at + 1] as number) << 16) |
          ((chunk[at + 2] as number) << 8) |
          (chunk[at + 3] as number)) >>>
        0;
      this.#checkLength(length);
      const start = at + FRAME_LENGTH_BYTES;
      if (end - start < length) {
        this.#begin(length, chunk, start, true);
        return;
      }
      at = start + length;
      this.#decoder.decode(chunk, start, at, true);
    }
    if (this.#stopped) return;
    for (; at < end; at++) this.#addHeaderByte(chunk[at] as number);
  }

  /** Goes on with a length or frame that an earlier chunk began; returns where the next frame starts. */
  #continueFrame(chunk: Uint8Array, stable: boolean): number {
    if (this.#stopped) return chunk.length;
    let at = 0;
    if (this.#assembly === undefined) {
      while (at < chunk.length && this.#headerBytes < FRAME_LENGTH_BYTES) {
        this.#addHeaderByte(chunk[at++] as number);
      }
      if (this.#headerBytes < FRAME_LENGTH_BYTES) return at;
      const length = this.#headerValue;
      this.#headerBytes = 0;
      this.#headerValue = 0;
      this.#checkLength(length);
      if (chunk.length - at >= length) {
        this.#decoder.decode(chunk, at, at + length, stable);
        return at + length;
      }
      this.#begin(length, chunk, at, stable);
      return chunk.length;
    }
    const assembly = this.#assembly;
    const stop = Math.min(chunk.length, at + assembly.missing);
    assembly.add(chunk, at, stop, stable);
    if (assembly.missing === 0) {
      this.#assembly = undefined;
      const frame = assembly.finish();
      this.#decoder.decode(frame, 0, frame.length, true);
    }
    return stop;
  }

  #begin(length: number, chunk: Uint8Array, start: number, stable: boolean): void {
    this.#assembly = new FrameAssembly(length, this.#ownChunks);
    if (start < chunk.length) this.#assembly.add(chunk, start, chunk.length, stable);
  }

  #addHeaderByte(byte: number): void {
    this.#headerValue = this.#headerValue * 256 + byte;
    this.#headerBytes++;
  }

  #checkLength(length: number): void {
    if (length <= this.#maxFrameBytes) return;
    this.#failure = new WireError(
      'ERR_FRAME_TOO_LARGE',
      `a frame announces ${length} bytes, the limit is ${this.#maxFrameBytes}`,
      { details: { frameBytes: length, maxFrameBytes: this.#maxFrameBytes } },
    );
    throw this.#failure;
  }
}

/** A copy from `from` on; always a plain Uint8Array, also of a Buffer. */
function ownCopy(chunk: Uint8Array, from: number): Uint8Array {
  const copy = new Uint8Array(chunk.length - from);
  copy.set(from === 0 ? chunk : chunk.subarray(from));
  return copy;
}

import { bytesToHex, hexToBytes } from '@diemnet/types';
import { SimulatorError } from '../errors.js';

/** Who sent a piece of a transcript. */
export type TranscriptSide = 'dialer' | 'listener';

/** What one side sent at one moment. */
export interface TranscriptPiece {
  /** Milliseconds on the clock of the recording. */
  readonly atMs: number;
  readonly from: TranscriptSide;
  readonly bytes: Uint8Array;
}

/** How a transcript becomes text. */
export interface FormatTranscriptOptions {
  /**
   * Byte sequences that are overwritten with zeros wherever they occur, across pieces too: keys, say. @default the
   * secrets that the transcript knows of
   */
  readonly redact?: readonly Uint8Array[];
}

const FORMAT = 'diemnet-transcript/1';

/**
 * What both sides of a connection sent, with times: recorded from any run or real connection, written to a file and
 * replayed into a layer.
 */
export class Transcript {
  readonly #pieces: TranscriptPiece[] = [];
  readonly #secrets: readonly Uint8Array[];

  /** `secrets` are left out of the text form by default: keys of both sides. */
  constructor({ secrets = [] }: { readonly secrets?: readonly Uint8Array[] } = {}) {
    this.#secrets = secrets;
  }

  get pieces(): readonly TranscriptPiece[] {
    return this.#pieces;
  }

  /** Adds a copy of what was sent. */
  add(atMs: number, from: TranscriptSide, bytes: Uint8Array): void {
    this.#pieces.push({ atMs, from, bytes: Uint8Array.from(bytes) });
  }

  /** All that one side sent. */
  bytes(from: TranscriptSide): Uint8Array {
    const parts = this.#pieces.filter((piece) => piece.from === from);
    const all = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
    let at = 0;
    for (const { bytes } of parts) {
      all.set(bytes, at);
      at += bytes.length;
    }
    return all;
  }

  /** Lines of text: a header, then time, side and bytes of each piece. */
  format({ redact = this.#secrets }: FormatTranscriptOptions = {}): string {
    const redacted = {
      dialer: overwrite(this.bytes('dialer'), redact),
      listener: overwrite(this.bytes('listener'), redact),
    };
    const taken = { dialer: 0, listener: 0 };
    const lines = this.#pieces.map(({ atMs, from, bytes: { length } }) => {
      const bytes = redacted[from].subarray(taken[from], taken[from] + length);
      taken[from] += length;
      return `${atMs} ${from} ${bytesToHex(bytes)}`;
    });
    return [FORMAT, ...lines, ''].join('\n');
  }

  /** The inverse of {@link format}. @throws SimulatorError `ERR_SIMULATOR_TRANSCRIPT` */
  static parse(text: string): Transcript {
    const [header, ...lines] = text.split('\n');
    if (header !== FORMAT) throw malformed(1);
    const transcript = new Transcript();
    for (const [i, line] of lines.entries()) {
      if (line === '') continue;
      const match = /^(\d+(?:\.\d+)?) (dialer|listener) ((?:[0-9a-f]{2})*)$/.exec(line);
      if (match === null) throw malformed(i + 2);
      transcript.add(Number(match[1]), match[2] as TranscriptSide, hexToBytes(match[3] as string));
    }
    return transcript;
  }
}

function malformed(line: number): SimulatorError {
  return new SimulatorError('ERR_SIMULATOR_TRANSCRIPT', `line ${line} is not that of a transcript`);
}

function overwrite(bytes: Uint8Array, patterns: readonly Uint8Array[]): Uint8Array {
  for (const pattern of patterns) {
    if (pattern.length === 0) continue;
    for (
      let at = bytes.indexOf(pattern[0] as number);
      at >= 0;
      at = bytes.indexOf(pattern[0] as number, at + 1)
    ) {
      if (pattern.every((byte, i) => bytes[at + i] === byte)) bytes.fill(0, at, at + pattern.length);
    }
  }
  return bytes;
}

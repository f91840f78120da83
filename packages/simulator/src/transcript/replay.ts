import { sleep, type Socket, type TimeService, type WaitOptions } from '@diemnet/types';
import type { Transcript, TranscriptSide } from './transcript.js';

/** Which side of a transcript is replayed. */
export interface ReplayOptions {
  readonly from: TranscriptSide;
}

/**
 * Gives what one side sent to `into`, piece by piece and at once: into the decoder of a layer.
 * @example replay(transcript, { from: 'dialer' }, (bytes) => messageReader.push(bytes, true));
 */
export function replay(
  transcript: Transcript,
  { from }: ReplayOptions,
  into: (bytes: Uint8Array) => void,
): void {
  for (const piece of transcript.pieces) if (piece.from === from) into(piece.bytes);
}

/** Writes what one side sent to a socket, with the same pauses as it was recorded with. */
export async function replayToSocket(
  transcript: Transcript,
  socket: Socket,
  { from, time, signal }: ReplayOptions & WaitOptions & { readonly time: TimeService },
): Promise<void> {
  const [first] = transcript.pieces;
  const start = time.now() - (first?.atMs ?? 0);
  for (const piece of transcript.pieces) {
    if (piece.from !== from) continue;
    const delay = start + piece.atMs - time.now();
    if (delay > 0) await sleep(time, delay, { signal });
    if (socket.closed) return;
    socket.write(piece.bytes.slice());
  }
}

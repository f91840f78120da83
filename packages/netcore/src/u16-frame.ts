import type { Socket, SocketReader, WaitOptions } from '@diemnet/types';
import { NetcoreError } from './errors.js';

/** Bytes of a frame's length. */
const U16_LENGTH_BYTES = 2;
/** The largest payload a frame can have. */
export const MAX_U16_FRAME_BYTES = 0xffff;

/**
 * A frame: the payload behind its length as two bytes, big endian (DiemNet wire format, section 6).
 * @throws NetcoreError `ERR_FRAME_TOO_LARGE` above 65535 bytes
 */
export function encodeU16Frame(payload: Uint8Array): Uint8Array {
  assertFits(payload.length, MAX_U16_FRAME_BYTES);
  const frame = new Uint8Array(U16_LENGTH_BYTES + payload.length);
  frame[0] = payload.length >>> 8;
  frame[1] = payload.length & 0xff;
  frame.set(payload, U16_LENGTH_BYTES);
  return frame;
}

/**
 * Writes a frame in a single write, which makes it a single Noise frame above Noise. False as of `Socket.write`.
 * @throws NetcoreError `ERR_FRAME_TOO_LARGE`, and then nothing was written; what `Socket.write` throws
 */
export function writeU16Frame(socket: Socket, payload: Uint8Array): boolean {
  return socket.write(encodeU16Frame(payload));
}

/** The length of the next frame; its payload is what comes next. @throws what `readExactly` throws */
export async function readU16Length(reader: SocketReader, options: WaitOptions = {}): Promise<number> {
  const [high = 0, low = 0] = await reader.readExactly(U16_LENGTH_BYTES, options);
  return high * 256 + low;
}

/**
 * The payload of the next frame, freshly allocated. The length is checked before any of it is waited for.
 * @throws NetcoreError `ERR_FRAME_TOO_LARGE` above `maxBytes`; what `readExactly` throws, e.g. `ERR_UNEXPECTED_EOF`
 */
export async function readU16Frame(
  reader: SocketReader,
  { maxBytes = MAX_U16_FRAME_BYTES, signal }: WaitOptions & { readonly maxBytes?: number } = {},
): Promise<Uint8Array> {
  const length = await readU16Length(reader, { signal });
  assertFits(length, maxBytes);
  return reader.readExactly(length, { signal });
}

function assertFits(length: number, maxBytes: number): void {
  if (length > maxBytes) {
    throw new NetcoreError(
      'ERR_FRAME_TOO_LARGE',
      `a frame of ${length} bytes exceeds the limit of ${maxBytes}`,
      {
        details: { length, maxBytes },
      },
    );
  }
}

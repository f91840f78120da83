import { WireError } from './errors.js';

/** Bytes of the u32 big endian length in front of every message. */
export const FRAME_LENGTH_BYTES = 4;

/** Default limit of a NetworkMessage in bytes, its length prefix not counted (DiemNet wire format, section 7). */
export const DEFAULT_MAX_FRAME_BYTES = 8_388_608;

/**
 * Refuses to send a message above the limit, before anything of it is queued (D-05).
 * @throws WireError `ERR_MESSAGE_TOO_LARGE`
 */
export function checkMessageLength(messageBytes: number, maxFrameBytes: number): void {
  if (messageBytes > maxFrameBytes) {
    throw new WireError(
      'ERR_MESSAGE_TOO_LARGE',
      `a message may have ${maxFrameBytes} bytes, this one has ${messageBytes}`,
      { details: { messageBytes, maxFrameBytes } },
    );
  }
}

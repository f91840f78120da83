import { errorCode } from '@diemnet/types';
import type { DisconnectCause } from './disconnect-reason.js';

const CAUSES: ReadonlyMap<string, DisconnectCause> = new Map<string, DisconnectCause>([
  ['ERR_NOISE_INVALID_DATA', 'decryption-failed'],
  ['ERR_NOISE_DECRYPT', 'decryption-failed'],
  ['ERR_NOISE_MSG_TOO_SHORT', 'decryption-failed'],
  ['ERR_NOISE_UNEXPECTED_EOF', 'truncated'],
  ['ERR_FRAME_TOO_LARGE', 'frame-too-large'],
]);

/** Why the connection ended, from the error of its socket or reader. By code, as the error may come from any layer. */
export function causeOfFailure(error: unknown): DisconnectCause {
  return CAUSES.get(errorCode(error)) ?? 'io-error';
}

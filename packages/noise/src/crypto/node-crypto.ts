import type * as nodeCrypto from 'node:crypto';

/** The module as the native backend gets it; a type only, nothing is imported. */
export type NodeCrypto = typeof nodeCrypto;

/** The same bytes without the methods of Buffer, whose `slice` shares memory where Uint8Array's copies. */
export function asUint8Array(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

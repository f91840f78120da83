/** A view may keep this many times its own size alive before a copy is the cheaper way. */
const MAX_RETENTION = 4;
/** Below this many bytes of foreign memory there is nothing to save. */
const NEGLIGIBLE_BYTES = 4096;

/**
 * The payload to put in a queue. A small view would keep the whole buffer alive that it arrived in, and a queue's
 * byte bound would count only the view: such a view is copied, others are kept as they are.
 */
export function queuedPayload(payload: Uint8Array): Uint8Array {
  const retained = payload.buffer.byteLength;
  return retained > NEGLIGIBLE_BYTES && retained > payload.byteLength * MAX_RETENTION
    ? new Uint8Array(payload)
    : payload;
}

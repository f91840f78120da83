/** Smaller memory is not worth the call, and may be a part of memory that others use. */
const LEAST_BYTES = 16 * 1024;

type Transferable = ArrayBuffer & { transfer?(bytes: number): ArrayBuffer };
type Release = (buffers: ArrayBuffer[]) => void;

let release: Release | undefined;

/**
 * Gives the memory of chunks that nobody needs any more back at once, instead of at some garbage collection: bulk traffic then goes
 * round in memory that is still in the processor's cache. Afterwards the chunks are empty.
 *
 * Only chunks that have memory of their own, and enough of it, are given back; the others are left as they are. Whoever calls this must be
 * the only one to hold them.
 */
export function releaseMemory(chunks: readonly Uint8Array[]): void {
  // Most writes are small: no list for them.
  let buffers: ArrayBuffer[] | undefined;
  for (let i = 0; i < chunks.length; i++) {
    const chunk = chunks[i] as Uint8Array;
    if (chunk.byteLength < LEAST_BYTES) continue;
    const { buffer } = chunk;
    if (buffer.byteLength === chunk.byteLength && buffer instanceof ArrayBuffer)
      (buffers ??= []).push(buffer);
  }
  if (buffers !== undefined) (release ??= findRelease())(buffers);
}

/** The cheapest way that this runtime has. */
function findRelease(): Release {
  if (typeof (ArrayBuffer.prototype as Transferable).transfer === 'function') {
    return (buffers) => {
      for (const buffer of buffers) (buffer as Transferable).transfer?.(0);
    };
  }
  // Node before 21: what is sent to nobody is gone, as soon as the port has closed.
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return (buffers) => port1.postMessage(undefined, buffers);
}

/** Frames of what the peers run on bare streams: u32 length, u32 id, payload. As lean as one would write it by hand. */
const HEADER_BYTES = 8;
/** Larger payloads are not copied next to their header. */
const COPIED_BYTES = 8192;

export function frameParts(id, payload) {
  const copied = payload.length <= COPIED_BYTES;
  const head = Buffer.allocUnsafe(HEADER_BYTES + (copied ? payload.length : 0));
  head.writeUInt32BE(payload.length + 4, 0);
  head.writeUInt32BE(id, 4);
  if (!copied) return [head, payload];
  head.set(payload, HEADER_BYTES);
  return [head];
}

/** Cuts a stream into frames: views where a frame lies in one chunk, one copy where it does not. */
export class FrameReader {
  #onFrame;
  #chunks = [];
  #bytes = 0;
  /** Bytes that must be here before it is worth looking again. */
  #needed = 4;

  /** @param onFrame (id, payload) */
  constructor(onFrame) {
    this.#onFrame = onFrame;
  }

  push(chunk) {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#needed) return;
    const all = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#bytes);
    let at = 0;
    this.#needed = 4;
    while (all.length - at >= 4) {
      const length = all.readUInt32BE(at);
      if (all.length - at - 4 < length) {
        this.#needed = 4 + length;
        break;
      }
      this.#onFrame(all.readUInt32BE(at + 4), all.subarray(at + HEADER_BYTES, at + 4 + length));
      at += 4 + length;
    }
    this.#chunks = at === all.length ? [] : [all.subarray(at)];
    this.#bytes = all.length - at;
  }
}

/** Matches answers to requests by their id. */
export class Requests {
  #pending = new Map();
  #lastId = 0;
  #send;

  /** @param send (id, payload) */
  constructor(send) {
    this.#send = send;
  }

  call(payload) {
    return new Promise((resolve) => {
      const id = (this.#lastId = (this.#lastId + 1) >>> 0);
      this.#pending.set(id, resolve);
      this.#send(id, payload);
    });
  }

  answer(id, payload) {
    const resolve = this.#pending.get(id);
    this.#pending.delete(id);
    resolve(payload);
  }
}

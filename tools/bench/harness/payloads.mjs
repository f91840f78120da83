/**
 * A few payloads, sent in turn: the first four bytes number them and the rest repeats that number, so that the other
 * end notices a message that is lost, doubled, cut or mixed up with another. They never change, as sending demands.
 */
export class Payloads {
  #all;
  #next = 0;

  constructor(size, count = defaultCount(size)) {
    this.#all = Array.from({ length: count }, (_, i) => payload(size, i));
  }

  next() {
    const chosen = this.#all[this.#next];
    this.#next = (this.#next + 1) % this.#all.length;
    return chosen;
  }
}

/** Checks a sequence of {@link Payloads}: number, length and last byte of each, every 64th wholly. */
export class PayloadCheck {
  #size;
  #count;
  #expected = 0;
  #seen = 0;

  constructor(size, count = defaultCount(size)) {
    this.#size = size;
    this.#count = count;
  }

  check(bytes) {
    const i = this.#expected;
    this.#expected = (i + 1) % this.#count;
    checkPayload(bytes, this.#size, i, this.#seen++ % 64 === 0);
  }
}

export function checkPayload(bytes, size, i, wholly) {
  if (bytes.length !== size) throw new Error(`a message of ${bytes.length} bytes instead of ${size}`);
  const number = (bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
  if (number !== i || bytes[size - 1] !== (i & 0xff)) throw new Error(`message ${number} instead of ${i}`);
  if (wholly && Buffer.compare(bytes, payload(size, i)) !== 0) throw new Error(`message ${i} was changed`);
}

function payload(size, i) {
  const bytes = Buffer.alloc(size, i & 0xff);
  bytes.writeUInt32BE(i, 0);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function defaultCount(size) {
  return size > 65_536 ? 4 : 251;
}

/** Numbers at which length checks break. */
const LENGTHS = [
  0, 1, 2, 15, 16, 17, 31, 32, 33, 127, 128, 129, 255, 256, 4095, 4096, 65519, 65520, 65535, 65536, 8388607,
  8388608, 8388609, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];
const BYTES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0a, 0x0d, 0x20, 0x2f, 0x7f, 0x80, 0x81, 0xc0, 0xe2, 0xfe, 0xff];

/** Makes inputs out of a corpus: a few small changes, now and then a splice of two, now and then pure noise. */
export class Mutator {
  #random;
  #maxBytes;
  #tokens;
  #scratch;

  constructor(random, { maxBytes, tokens = [] }) {
    this.#random = random;
    this.#maxBytes = maxBytes;
    this.#tokens = tokens;
    this.#scratch = new Uint8Array(2 * maxBytes + 64);
  }

  /** A new input, which the caller may keep. */
  next(corpus) {
    const random = this.#random;
    const scratch = this.#scratch;
    if (random.below(256) === 0) return this.#noise();
    let length = this.#load(random.pick(corpus));
    if (random.below(16) === 0) length = this.#splice(length, random.pick(corpus));
    for (let changes = 1 << random.below(4); changes > 0; changes--) length = this.#change(length);
    return scratch.slice(0, Math.min(length, this.#maxBytes));
  }

  #load(bytes) {
    const length = Math.min(bytes.length, this.#maxBytes);
    this.#scratch.set(length === bytes.length ? bytes : bytes.subarray(0, length));
    return length;
  }

  #noise() {
    const bytes = new Uint8Array(this.#random.below(Math.min(512, this.#maxBytes)));
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.#random.u32();
    return bytes;
  }

  #splice(length, other) {
    const keep = this.#random.below(length + 1);
    const from = this.#random.below(other.length + 1);
    const tail = other.subarray(from, from + this.#maxBytes);
    this.#scratch.set(tail, keep);
    return Math.min(keep + tail.length, this.#maxBytes);
  }

  #change(length) {
    const random = this.#random;
    const bytes = this.#scratch;
    const at = random.below(length + 1);
    switch (random.below(12)) {
      case 0:
        if (at < length) bytes[at] ^= 1 << random.below(8);
        return length;
      case 1:
        if (at < length) bytes[at] = random.u32();
        return length;
      case 2:
        if (at < length) bytes[at] = random.pick(BYTES);
        return length;
      case 3:
        if (at < length) bytes[at] += random.below(2) === 0 ? 1 : -1;
        return length;
      case 4: // cut off
        return at;
      case 5: {
        const count = Math.min(length - at, 1 + random.below(16));
        bytes.copyWithin(at, at + count, length);
        return length - count;
      }
      case 6: {
        const count = 1 + random.below(8);
        if (length + count > this.#maxBytes) return length;
        bytes.copyWithin(at + count, at, length);
        for (let i = 0; i < count; i++) bytes[at + i] = random.u32();
        return length + count;
      }
      case 7: {
        // Repeat a part.
        const count = Math.min(length - at, 1 + random.below(64));
        if (length + count > this.#maxBytes) return length;
        bytes.copyWithin(at + count, at, length);
        return length + count;
      }
      case 8: {
        const width = random.pick([1, 2, 4, 8]);
        if (at + width > length) return length;
        this.#number(at, width, random.pick(LENGTHS), random.below(2) === 0);
        return length;
      }
      case 9: {
        // A ULEB128 length that lies.
        let value = random.pick(LENGTHS);
        let end = at;
        while (value >= 0x80 && end < this.#maxBytes) {
          bytes[end++] = (value & 0x7f) | 0x80;
          value = Math.floor(value / 128);
        }
        bytes[end++] = value;
        return Math.max(length, Math.min(end, this.#maxBytes));
      }
      case 10: {
        if (this.#tokens.length === 0) return length;
        const token = random.pick(this.#tokens);
        if (length + token.length > this.#maxBytes) return length;
        bytes.copyWithin(at + token.length, at, length);
        bytes.set(token, at);
        return length + token.length;
      }
      default: {
        // Swap two parts of equal length.
        const count = Math.min(1 + random.below(8), length >> 1);
        if (count === 0) return length;
        const other = random.below(length - count + 1);
        const first = random.below(length - count + 1);
        const kept = bytes.slice(first, first + count);
        bytes.copyWithin(first, other, other + count);
        bytes.set(kept, other);
        return length;
      }
    }
  }

  #number(at, width, value, bigEndian) {
    let rest = value;
    for (let i = 0; i < width; i++) {
      this.#scratch[bigEndian ? at + width - 1 - i : at + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
}

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { bytesToHex, hexToBytes } from '@diemnet/types';
import { NoiseSession, nativeBackend, type CryptoBackend } from '@diemnet/noise';
import { ChunkQueue } from '../../src/session/chunk-queue.js';
import { FrameEncoder } from '../../src/session/frame-encoder.js';
import { BACKENDS } from '../support/backends.js';
import { concat, pattern } from '../support/bytes.js';
import { FRAMING_VECTORS, type FramingVector } from '../support/vectors.js';

const MAX = 65_519;
const KEY = (): Uint8Array => new Uint8Array(32).fill(3);

function sessionWith(backend: CryptoBackend, key = KEY()): NoiseSession {
  return new NoiseSession({ backend, sendKey: key, receiveKey: KEY() });
}

function encodeAll(backend: CryptoBackend, chunks: readonly Uint8Array[], key?: Uint8Array): Uint8Array[] {
  const queue = new ChunkQueue();
  for (const chunk of chunks) if (chunk.length > 0) queue.push(chunk);
  const out = new FrameEncoder(sessionWith(backend, key)).encode(queue, queue.bytes);
  expect(queue.bytes).toBe(0);
  return out;
}

/** The plain way: join, cut, encrypt one by one. */
function encodeSlowly(chunks: readonly Uint8Array[]): Uint8Array {
  const session = sessionWith(nativeBackend() as CryptoBackend);
  const all = concat(chunks);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += MAX) {
    const sealed = session.encrypt(all.subarray(at, at + MAX));
    frames.push(Uint8Array.of(sealed.length >> 8, sealed.length & 0xff), sealed);
  }
  return concat(frames);
}

/** The stream that a framing vector is about: one DirectSend message behind its length. */
function directSend(vector: FramingVector): Uint8Array[] {
  const payload = pattern(vector.pattern_len, vector.pattern_seed);
  const length: number[] = [];
  let rest = payload.length;
  while (rest >= 0x80) {
    length.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  length.push(rest);
  const header = Uint8Array.of(0, 0, 0, 0, 3, vector.protocol_id, vector.priority, ...length);
  new DataView(header.buffer).setUint32(0, header.length - 4 + payload.length);
  return [header, payload];
}

describe.each(BACKENDS)('FrameEncoder, %s', (_name, backend) => {
  it.each(FRAMING_VECTORS.map((vector) => [vector.name, vector] as const))('frames: %s', (_case, vector) => {
    const chunks = directSend(vector);
    expect(concat(chunks)).toHaveLength(vector.stream_len);
    const wire = concat(encodeAll(backend, chunks, hexToBytes(vector.key)));
    expect(wire).toHaveLength(vector.wire_len);
    expect(bytesToHex(wire).startsWith(vector.wire_prefix_hex)).toBe(true);
    expect(createHash('sha256').update(wire).digest('hex')).toBe(vector.wire_sha256);
  });

  it('cuts 65535 bytes into a frame of 65535 and one of 32 [C-133]', () => {
    const wire = concat(encodeAll(backend, [new Uint8Array(65_535)]));
    expect(wire).toHaveLength(2 + 65_535 + 2 + 32);
    expect([...wire.subarray(0, 2)]).toEqual([0xff, 0xff]);
    expect([...wire.subarray(2 + 65_535, 2 + 65_535 + 2)]).toEqual([0, 32]);
  });

  it('puts small chunks into one frame in one buffer', () => {
    const out = encodeAll(
      backend,
      Array.from({ length: 30 }, (_, i) => pattern(100, i)),
    );
    expect(out.map(({ length }) => length)).toEqual([2 + 3000 + 16]);
  });

  it('takes no more than it was told to', () => {
    const queue = new ChunkQueue();
    queue.push(pattern(MAX, 1));
    queue.push(pattern(1000, 2));
    const encoder = new FrameEncoder(sessionWith(backend));
    expect(concat(encoder.encode(queue, MAX))).toHaveLength(65_537);
    expect(queue.bytes).toBe(1000);
    expect(queue.peek(2000)).toEqual(pattern(1000, 2));
  });

  it('sends what the plain way sends, however the bytes are cut', () => {
    const sizes = fc.array(fc.oneof(fc.nat(200), fc.nat(5000), fc.integer({ min: 16_000, max: 140_000 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, fc.nat(250), (lengths, seed) => {
        const chunks = lengths.map((length, i) => pattern(length, seed + i));
        const wire = concat(encodeAll(backend, chunks));
        expect(Buffer.compare(wire, encodeSlowly(chunks))).toBe(0);
      }),
      { numRuns: backend.name === 'native' ? 60 : 5 },
    );
  });
});

describe('FrameEncoder', () => {
  it('does not copy a large chunk that fills a frame', () => {
    const seen: Uint8Array[] = [];
    const backend = nativeBackend() as CryptoBackend;
    const session = sessionWith(backend);
    const updateSeal = session.updateSeal.bind(session);
    session.updateSeal = (part, out) => {
      seen.push(part);
      updateSeal(part, out);
    };
    const large = pattern(3 * MAX, 1);
    const queue = new ChunkQueue();
    queue.push(Uint8Array.of(1, 2, 3));
    queue.push(large);
    new FrameEncoder(session).encode(queue, queue.bytes);
    const copied = seen.filter(({ buffer }) => buffer !== large.buffer);
    expect(concat(copied).length).toBeLessThan(100);
  });

  it('joins the tag of a frame and the header of the next into one buffer', () => {
    const out = encodeAll(nativeBackend() as CryptoBackend, [pattern(2 * MAX, 1)]);
    expect(out.map(({ length }) => length)).toEqual([2, MAX, 18, MAX, 16]);
  });
});

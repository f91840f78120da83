import fc from 'fast-check';
import { NoiseSession, type CryptoBackend } from '@diemnet/noise';
import { FrameDecoder } from '../../src/session/frame-decoder.js';
import { BACKENDS } from '../support/backends.js';
import { concat, cut, expectBytes, pattern } from '../support/bytes.js';

const KEY = () => new Uint8Array(32).fill(3);

function sessionWith(backend: CryptoBackend): NoiseSession {
  return new NoiseSession({ backend, sendKey: KEY(), receiveKey: KEY() });
}

function frame(session: NoiseSession, plaintext: Uint8Array): Uint8Array {
  const sealed = session.encrypt(plaintext);
  return concat([Uint8Array.of(sealed.length >> 8, sealed.length & 0xff), sealed]);
}

/** A decoder that keeps what it decodes. Chunks are overwritten after each push, as a socket may do. */
class Receiver {
  readonly parts: Uint8Array[] = [];
  readonly session: NoiseSession;
  readonly decoder: FrameDecoder;

  constructor(backend: CryptoBackend) {
    this.session = sessionWith(backend);
    this.decoder = new FrameDecoder(this.session, (plaintext) => this.parts.push(plaintext));
  }

  push(...chunks: Uint8Array[]): string | undefined {
    let error: Error | undefined;
    for (const chunk of chunks) {
      const volatile = Uint8Array.from(chunk);
      error = this.decoder.push(volatile);
      volatile.fill(0xaa);
    }
    return (error as { code?: string } | undefined)?.code;
  }

  end(): string | undefined {
    return this.decoder.end()?.code;
  }

  get bytes(): Uint8Array {
    return concat(this.parts);
  }
}

describe.each(BACKENDS)('FrameDecoder, %s', (_name, backend) => {
  it('reads frames out of chunks cut anywhere, which it does not keep', () => {
    const lengths = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 65_519 })),
      {
        maxLength: 6,
      },
    );
    const chunkSizes = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 70_000 })),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(lengths, chunkSizes, (sizes, cuts) => {
        const sender = sessionWith(backend);
        const plaintexts = sizes.map((size, i) => pattern(size, i));
        const wire = concat(plaintexts.map((plaintext) => frame(sender, plaintext)));
        const receiver = new Receiver(backend);
        for (let at = 0, i = 0; at < wire.length; i++) {
          const size = cuts[i % cuts.length] as number;
          expect(receiver.push(wire.subarray(at, at + size))).toBeUndefined();
          at += size;
        }
        expect(receiver.end()).toBeUndefined();
        expect(Buffer.compare(receiver.bytes, concat(plaintexts))).toBe(0);
      }),
      { numRuns: backend.name === 'native' ? 25 : 4 },
    );
  });

  it('reads one byte at a time [C-134]', () => {
    const sender = sessionWith(backend);
    const receiver = new Receiver(backend);
    const plaintext = pattern(5000, 1);
    const wire = concat([frame(sender, plaintext), frame(sender, Uint8Array.of(9))]);
    expect(receiver.push(...cut(wire, 1))).toBeUndefined();
    expectBytes(receiver.bytes, concat([plaintext, Uint8Array.of(9)]));
    expect(receiver.parts.length).toBeLessThan(8);
  });

  it('takes an endless stream of zeros for the end at once [C-135]', () => {
    const receiver = new Receiver(backend);
    const zeros = new Uint8Array(65_536);
    expect(receiver.push(zeros)).toBe('ERR_NOISE_UNEXPECTED_EOF');
    expect(receiver.push(zeros, zeros)).toBe('ERR_NOISE_UNEXPECTED_EOF');
    expect(receiver.parts).toEqual([]);
    expect(receiver.session.closed).toBe(true);
  });

  it('ends cleanly at a frame border, each time it is asked [C-138]', () => {
    const receiver = new Receiver(backend);
    expect(receiver.push(frame(sessionWith(backend), Uint8Array.of(1)))).toBeUndefined();
    expect([receiver.end(), receiver.end()]).toEqual([undefined, undefined]);
    expect(receiver.push(frame(sessionWith(backend), Uint8Array.of(1)))).toBeUndefined();
    expectBytes(receiver.bytes, Uint8Array.of(1));
  });

  it.each([1, 2, 10, 2 + 100, 2 + 115])(
    'is cut off when the stream ends after %i bytes of a frame [C-139]',
    (at) => {
      const receiver = new Receiver(backend);
      const whole = frame(sessionWith(backend), pattern(100, 1));
      expect(receiver.push(whole.subarray(0, at))).toBeUndefined();
      expect([receiver.end(), receiver.end()]).toEqual([
        'ERR_NOISE_UNEXPECTED_EOF',
        'ERR_NOISE_UNEXPECTED_EOF',
      ]);
      expect(receiver.push(whole.subarray(at))).toBe('ERR_NOISE_UNEXPECTED_EOF');
      expect(receiver.parts).toEqual([]);
    },
  );

  it.each([1, 2, 15])('refuses a frame length of %i for good [C-140]', (length) => {
    for (const chunks of [[Uint8Array.of(0, length)], [Uint8Array.of(0), Uint8Array.of(length)]]) {
      const receiver = new Receiver(backend);
      expect(receiver.push(...chunks)).toBe('ERR_NOISE_INVALID_DATA');
      expect(receiver.push(frame(sessionWith(backend), Uint8Array.of(1)))).toBe('ERR_NOISE_INVALID_DATA');
      expect(receiver.end()).toBe('ERR_NOISE_INVALID_DATA');
      expect(receiver.parts).toEqual([]);
      expect(receiver.session.closed).toBe(true);
    }
  });

  it.each([1, 5000, 100_000])(
    'refuses a frame that does not verify, in chunks of %i, for good [C-141]',
    (size) => {
      const sender = sessionWith(backend);
      const good = frame(sender, pattern(10, 1));
      const forged = frame(sender, pattern(20_000, 2));
      forged[10_000] = (forged[10_000] as number) ^ 4;
      const receiver = new Receiver(backend);
      expect(receiver.push(...cut(concat([good, forged, good]), size))).toBe('ERR_NOISE_INVALID_DATA');
      // Not a byte of the frame that does not verify was handed on.
      expectBytes(receiver.bytes, pattern(10, 1));
      expect(() => receiver.session.encrypt(Uint8Array.of(1))).toThrow(
        expect.objectContaining({ code: 'ERR_NOISE_SESSION_CLOSED' }),
      );
    },
  );

  it('refuses a frame that is repeated, or out of order [C-141]', () => {
    const sender = sessionWith(backend);
    const [first, second] = [frame(sender, Uint8Array.of(1)), frame(sender, Uint8Array.of(2))];
    const repeated = new Receiver(backend);
    expect(repeated.push(first, first)).toBe('ERR_NOISE_INVALID_DATA');
    const swapped = new Receiver(backend);
    expect(swapped.push(second, first)).toBe('ERR_NOISE_INVALID_DATA');
  });

  it.each([1, 1000])('ignores valid frames without content, in chunks of %i [C-142] [D-39]', (size) => {
    const sender = sessionWith(backend);
    const empty = new Uint8Array(0);
    const wire = concat(
      [empty, Uint8Array.of(1), empty, empty, Uint8Array.of(2)].map((p) => frame(sender, p)),
    );
    const receiver = new Receiver(backend);
    expect(receiver.push(...cut(wire, size))).toBeUndefined();
    expect(receiver.parts).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  });

  it('stops when a reader closes the session', () => {
    const sender = sessionWith(backend);
    const session = sessionWith(backend);
    const parts: Uint8Array[] = [];
    const decoder = new FrameDecoder(session, (plaintext) => {
      parts.push(plaintext);
      session.close();
    });
    expect(
      decoder.push(concat([frame(sender, pattern(5, 1)), frame(sender, pattern(5, 2))])),
    ).toBeUndefined();
    expect(parts).toHaveLength(1);
  });

  it('hands on fresh memory without the methods of Buffer', () => {
    const sender = sessionWith(backend);
    const receiver = new Receiver(backend);
    receiver.push(frame(sender, pattern(50, 1)), ...cut(frame(sender, pattern(9000, 1)), 4000));
    for (const part of receiver.parts) expect(Object.getPrototypeOf(part)).toBe(Uint8Array.prototype);
    expect(receiver.parts[0]).toEqual(pattern(50, 1));
  });

  it('keeps memory in proportion to what arrived, not to what was announced', () => {
    const receiver = new Receiver(backend);
    const before = process.memoryUsage().arrayBuffers;
    const idle = Array.from({ length: 500 }, () => new Receiver(backend));
    for (const one of idle) one.push(Uint8Array.of(0xff, 0xff, 1));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(500 * 4096);
    expect(receiver.parts).toEqual([]);
  });
});

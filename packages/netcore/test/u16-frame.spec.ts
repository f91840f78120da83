import fc from 'fast-check';
import { createMemorySocketPair } from '@diemnet/memsocket';
import { SocketReader } from '@diemnet/types';
import {
  MAX_U16_FRAME_BYTES,
  encodeU16Frame,
  readU16Frame,
  readU16Length,
  writeU16Frame,
} from '../src/index.js';
import { faultySocket } from '../src/testing/index.js';

const eof = { code: 'ERR_UNEXPECTED_EOF' };
const tooLarge = { code: 'ERR_FRAME_TOO_LARGE' };

function streams() {
  const [a, b] = createMemorySocketPair();
  return { a, b, readA: new SocketReader(a), readB: new SocketReader(b) };
}

describe('u16 frames', () => {
  it('have a length of two bytes, big endian [C-019]', async () => {
    expect(encodeU16Frame(new Uint8Array(17)).subarray(0, 2)).toEqual(Uint8Array.of(0x00, 0x11));
    expect(encodeU16Frame(new Uint8Array(0x1234)).subarray(0, 2)).toEqual(Uint8Array.of(0x12, 0x34));
    const { a, readB } = streams();
    writeU16Frame(a, new Uint8Array(17));
    expect(await readU16Length(readB)).toBe(17);
  });

  it('fail to read when only one byte of the length arrives [C-020]', async () => {
    const { a, readB } = streams();
    a.write(Uint8Array.of(0));
    a.end();
    await expect(readU16Frame(readB)).rejects.toMatchObject(eof);
  });

  it('fail to write when the remote end is gone [C-021]', () => {
    const { a, b } = streams();
    b.destroy();
    expect(() => writeU16Frame(a, Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: 'ERR_BROKEN_PIPE' }),
    );
  });

  it('arrive as they were written [C-022]', async () => {
    const { a, readB } = streams();
    const payload = Uint8Array.from({ length: 20 }, (_, i) => i);
    expect(writeU16Frame(a, payload)).toBe(true);
    expect(await readU16Frame(readB)).toEqual(payload);
  });

  it('arrive complete and in order, both ways, however they are cut [C-023]', async () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        payloads,
        payloads,
        fc.integer({ min: 1, max: 50 }),
        async (fromA, fromB, chunkSize) => {
          const [a, b] = createMemorySocketPair();
          const readA = new SocketReader(faultySocket(a, { chunkSize, reuseChunks: true }));
          const readB = new SocketReader(faultySocket(b, { chunkSize: 1 }));
          for (let i = 0; i < Math.max(fromA.length, fromB.length); i++) {
            if (fromA[i] !== undefined) writeU16Frame(a, fromA[i] as Uint8Array);
            if (fromB[i] !== undefined) writeU16Frame(b, fromB[i] as Uint8Array);
          }
          for (const payload of fromA) expect(await readU16Frame(readB)).toEqual(payload);
          for (const payload of fromB) expect(await readU16Frame(readA)).toEqual(payload);
        },
      ),
    );
  });

  it('refuse a payload of 65536 bytes and write nothing of it [C-024]', () => {
    const { a } = streams();
    const large = new Uint8Array(MAX_U16_FRAME_BYTES + 1);
    expect(() => writeU16Frame(a, large)).toThrow(expect.objectContaining(tooLarge));
    expect(a.queuedBytes).toBe(0);
  });

  it.each([0, MAX_U16_FRAME_BYTES])('carry %i bytes [C-025]', async (length) => {
    const { a, readB } = streams();
    const payload = new Uint8Array(length).fill(7);
    writeU16Frame(a, payload);
    expect(await readU16Frame(readB)).toEqual(payload);
  });

  it('fail to read when the stream ends inside [C-026]', async () => {
    const { a, readB } = streams();
    a.write(encodeU16Frame(new Uint8Array(10)).subarray(0, 11));
    a.end();
    await expect(readU16Frame(readB)).rejects.toMatchObject(eof);
  });

  it("are refused above the reader's limit before any payload is awaited", async () => {
    const { a, readB } = streams();
    a.write(Uint8Array.of(0, 101));
    await expect(readU16Frame(readB, { maxBytes: 100 })).rejects.toMatchObject(tooLarge);
  });

  it('stop being awaited when the signal aborts', async () => {
    const { readB } = streams();
    const controller = new AbortController();
    const read = readU16Frame(readB, { signal: controller.signal });
    controller.abort(new RangeError('enough'));
    await expect(read).rejects.toThrow('enough');
  });
});

import { bytesToHex, hexToBytes } from '@diemnet/types';
import * as fc from 'fast-check';
import {
  DEFAULT_MAX_FRAME_BYTES,
  MessageReader,
  decodeNetworkMessage,
  encodeErrorFrame,
  encodeNetworkMessage,
  type NetworkMessage,
} from '../src/index.js';
import { RecordingSink, anyMessage, concat, cut, encodeFast, frame } from './fixtures/messages.js';
import { bytesOf, loadVectors, messageOf, type ErrorSpec, type MessageSpec } from './fixtures/vectors.js';

const messages = loadVectors<{
  valid: { name: string; message: MessageSpec }[];
  invalid: { name: string; bcs_hex: string; reply: ErrorSpec; reply_bcs_hex: string }[];
}>('network_message');
interface Step {
  from: 'client' | 'server';
  what: string;
  noise_plaintexts_hex?: string[];
  message?: MessageSpec;
}
const connections = loadVectors<{ valid: { name: string; steps: Step[] }[] }>('connection');

const isKnownProtocol = () => true;
const directSend = (payload: Uint8Array, protocolId = 2): NetworkMessage => ({
  type: 'DirectSendMsg',
  protocolId,
  priority: 0,
  payload,
});
const hello = directSend(new TextEncoder().encode('hello world'));

/** Reads everything and gives back what came out. */
function read(chunks: readonly Uint8Array[], stable = false, options = {}) {
  const sink = new RecordingSink();
  const reader = new MessageReader(sink, { isKnownProtocol, ...options });
  for (const chunk of chunks) {
    const copy = chunk.slice();
    reader.push(copy, stable);
    // What the socket reuses must not show through.
    if (!stable) copy.fill(0xdd);
  }
  return { sink, reader };
}

describe('MessageReader', () => {
  it('reads the DirectSend of the specification from a stream [C-163]', () => {
    const bytes = hexToBytes('0000000f0302000b68656c6c6f20776f726c64');
    expect(encodeFast(hello)).toEqual(bytes);
    expect(read([bytes]).sink.messages).toEqual([hello]);
  });

  it('delivers any sequence of messages, however it is cut [C-166]', () => {
    const cutting = fc.array(fc.nat(), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 8 }), cutting, fc.boolean(), (sent, places, stable) => {
        const { sink, reader } = read(cut(concat(sent.map(encodeFast)), places), stable);
        expect(sink.messages).toEqual(sent);
        expect(sink.undecodable).toEqual([]);
        expect(reader.end()).toBe('clean');
      }),
    );
  });

  it('delivers messages that come byte by byte [C-166]', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 4 }), fc.boolean(), (sent, stable) => {
        const bytes = concat(sent.map(encodeFast));
        const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
        expect(read(single, stable).sink.messages).toEqual(sent);
      }),
      { numRuns: 30 },
    );
  });

  it('accepts and refuses exactly what the readable codec does [C-165]', () => {
    const nearlyValid = fc
      .tuple(anyMessage, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.integer({ min: -2, max: 2 }))
      .map(([message, place, byte, grow]) => {
        const bytes = encodeNetworkMessage(message);
        bytes[place % bytes.length] = byte;
        return grow < 0 ? bytes.slice(0, grow) : concat([bytes, new Uint8Array(grow)]);
      });
    const anything = fc.oneof(fc.uint8Array({ maxLength: 24 }), nearlyValid);
    fc.assert(
      fc.property(anything, fc.integer({ min: 6, max: 255 }), (content, highestKnown) => {
        const known = { isKnownProtocol: (id: number) => id <= highestKnown };
        const { sink } = read([frame(content)], false, known);
        let expected: NetworkMessage | undefined;
        try {
          expected = decodeNetworkMessage(content, known);
        } catch {
          expected = undefined;
        }
        expect(sink.messages).toEqual(expected === undefined ? [] : [expected]);
        expect(sink.undecodable).toHaveLength(expected === undefined ? 1 : 0);
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses at the receiver what only the sender allows [C-168]', () => {
    const bytes = encodeFast(directSend(new Uint8Array(96)));
    expect(() => read([bytes], false, { maxFrameBytes: 64 })).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LARGE' }),
    );
    expect(read([bytes], false, { maxFrameBytes: 128 }).sink.messages).toHaveLength(1);
  });

  it('accepts a message of exactly the limit and not one byte more [C-169]', () => {
    const largest = directSend(new Uint8Array(60));
    const { sink } = read([encodeFast(largest)], false, { maxFrameBytes: 64 });
    expect(sink.messages).toEqual([largest]);
    expect(() => read([encodeFast(directSend(new Uint8Array(61)))], false, { maxFrameBytes: 64 })).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_TOO_LARGE' }),
    );
  });

  it('refuses a length above the limit at its fourth byte, and stays refused [C-170]', () => {
    const header = Uint8Array.of(0x00, 0x80, 0x00, 0x01);
    for (const chunks of [[header], Array.from(header, (byte) => Uint8Array.of(byte))]) {
      const sink = new RecordingSink();
      const reader = new MessageReader(sink);
      for (const chunk of chunks.slice(0, -1)) reader.push(chunk, false);
      const last = chunks.at(-1) as Uint8Array;
      const refusal = expect.objectContaining({ code: 'ERR_FRAME_TOO_LARGE' });
      expect(() => reader.push(last, false)).toThrow(refusal);
      expect(() => reader.push(encodeFast(hello), false)).toThrow(refusal);
      expect(sink.messages).toEqual([]);
    }
    expect(() => read([Uint8Array.of(0xff, 0xff, 0xff, 0xff)])).toThrow(
      expect.objectContaining({
        details: { frameBytes: 2 ** 32 - 1, maxFrameBytes: DEFAULT_MAX_FRAME_BYTES },
      }),
    );
  });

  it('holds memory for what has come, not for what is announced [C-170] [D-32]', () => {
    const reader = new MessageReader(new RecordingSink());
    reader.push(Uint8Array.of(0x00, 0x80, 0x00, 0x00), false);
    expect(reader.heldBytes).toBe(0);
    reader.push(new Uint8Array(10), false);
    expect(reader.heldBytes).toBeLessThanOrEqual(1024);
    for (let i = 0; i < 100; i++) reader.push(new Uint8Array(1000), false);
    expect(reader.heldBytes).toBeLessThan(2 * 100_010);
  });

  it('delivers several messages of one chunk [C-171]', () => {
    const sent = [hello, directSend(new Uint8Array(0)), directSend(new Uint8Array(200), 3)];
    expect(read([concat(sent.map(encodeFast))]).sink.messages).toEqual(sent);
  });

  it('reports a frame that does not decode and goes on [C-172]', () => {
    const bad = hexToBytes('ff6f0102030405060708');
    const { sink } = read([concat([frame(bad), encodeFast(hello)])]);
    expect(sink.messages).toEqual([hello]);
    expect(sink.undecodable).toEqual([
      { frameLength: 10, prefix: bad.slice(0, 8), reply: { message: 0xff, protocol: 0x6f } },
    ]);
  });

  it('tells the end at a frame border from an end inside a frame [C-173]', () => {
    const bytes = encodeFast(hello);
    for (let length = 0; length <= bytes.length; length++) {
      const { reader } = read([bytes.subarray(0, length)]);
      expect(reader.end()).toBe(length === 0 || length === bytes.length ? 'clean' : 'truncated');
      expect(() => reader.push(bytes, false)).toThrow(expect.objectContaining({ code: 'ERR_STREAM_ENDED' }));
    }
  });

  it.each(messages.valid)('reads the vector $name', (vector) => {
    const message = messageOf(vector.message);
    const bytes = encodeFast(message);
    for (const chunkBytes of [bytes.length, 65_519]) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
      const [received] = read(chunks, true).sink.messages;
      expect(Buffer.compare(encodeFast(received as NetworkMessage), bytes)).toBe(0);
    }
  });

  it.each(messages.invalid)('answers the vector $name as the reference does', (vector) => {
    const { sink } = read([frame(hexToBytes(vector.bcs_hex))], false, { isKnownProtocol: undefined });
    expect(sink.messages).toEqual([]);
    const { reply } = sink.undecodable[0] as { reply: { message: number; protocol: number } };
    expect(reply).toEqual({ message: vector.reply.message, protocol: vector.reply.protocol });
    const errorFrame = encodeErrorFrame({ code: 'ParsingError', ...reply });
    expect(bytesToHex(errorFrame.subarray(4))).toBe(vector.reply_bcs_hex);
  });

  it.each(connections.valid)('reads what the connection "$name" carries', ({ steps }) => {
    for (const side of ['client', 'server'] as const) {
      const { sink, reader } = read([], true);
      let expected = 0;
      for (const step of steps.slice(4).filter(({ from }) => from === side)) {
        for (const hex of step.noise_plaintexts_hex ?? []) reader.push(hexToBytes(hex), true);
        expected += step.message === undefined ? 2 : 1;
        expect(sink.messages).toHaveLength(expected);
        if (step.message !== undefined) expect(sink.messages.at(-1)).toEqual(messageOf(step.message));
      }
      expect(sink.undecodable).toEqual([]);
      expect(reader.end()).toBe('clean');
    }
  });

  it('gives views of stable chunks and copies of others, always as plain Uint8Array', () => {
    const chunk = Buffer.from(encodeFast(hello));
    const payloadOf = (stable: boolean) => {
      const sink = new RecordingSink();
      new MessageReader(sink).push(chunk, stable);
      return (sink.messages[0] as { payload: Uint8Array }).payload;
    };
    expect(payloadOf(true).buffer).toBe(chunk.buffer);
    expect(payloadOf(false).buffer).not.toBe(chunk.buffer);
    expect(payloadOf(true).constructor).toBe(Uint8Array);
    expect(payloadOf(false).constructor).toBe(Uint8Array);
  });

  it('delivers nothing after stop, not even the rest of the chunk', () => {
    const sink = new RecordingSink();
    const reader = new MessageReader(sink);
    sink.onDirectSend = () => {
      sink.messages.push(hello);
      reader.stop();
    };
    const bytes = encodeFast(hello);
    reader.push(concat([bytes, bytes, bytes.subarray(0, 6)]), false);
    reader.push(bytes, false);
    expect(sink.messages).toHaveLength(1);
    expect(reader.heldBytes).toBe(0);
  });

  it('never crashes on arbitrary bytes [C-185] [C-226]', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 10 }),
        fc.boolean(),
        (chunks, stable) => {
          const reader = new MessageReader(new RecordingSink(), { maxFrameBytes: 64 });
          try {
            for (const chunk of chunks) reader.push(chunk, stable);
          } catch (error) {
            expect(error).toMatchObject({ code: 'ERR_FRAME_TOO_LARGE' });
          }
          reader.end();
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes linear time and memory for a large frame in chunks of one byte', () => {
    const payload = bytesOf({ pattern_len: 2 ** 20, pattern_seed: 1 });
    const bytes = encodeFast(directSend(payload));
    const sink = new RecordingSink();
    const reader = new MessageReader(sink);
    const single = new Uint8Array(1);
    let mostHeld = 0;
    for (let i = 0; i < bytes.length; i++) {
      single[0] = bytes[i] as number;
      reader.push(single, false);
      if (i % 100_000 === 0) mostHeld = Math.max(mostHeld, reader.heldBytes / (i + 1024));
    }
    expect(mostHeld).toBeLessThan(2.1);
    expect(Buffer.compare((sink.messages[0] as { payload: Uint8Array }).payload, payload)).toBe(0);
  });
});

import { encodeNetworkMessage, type NetworkMessage } from '@diemnet/wire';
import * as fc from 'fast-check';
import { OutboundMessage } from '../src/outbound-message.js';
import { WriteBatch } from '../src/write-batch.js';
import { directSend, frame, rpcRequest, rpcResponse } from './harness.js';

function outbound(message: NetworkMessage): OutboundMessage {
  switch (message.type) {
    case 'DirectSendMsg':
      return OutboundMessage.directSend(message.protocolId, message.priority, message.payload);
    case 'RpcRequest':
      return OutboundMessage.rpcRequest(
        message.protocolId,
        message.requestId,
        message.priority,
        message.payload,
      );
    case 'RpcResponse':
      return OutboundMessage.rpcResponse(0, message.requestId, message.priority, message.payload);
    case 'Error':
      return OutboundMessage.frame(frame(encodeNetworkMessage(message)));
  }
}

const payload = fc.oneof(
  { weight: 5, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  fc.integer({ min: 900, max: 40_000 }).map((length) => new Uint8Array(length).fill(length)),
);
const anyMessage = fc.oneof(
  payload.map((bytes) => directSend(200, bytes, 3)),
  payload.map((bytes) => rpcRequest(77, bytes, 5)),
  payload.map((bytes) => rpcResponse(78, bytes)),
  fc.constant<NetworkMessage>({ type: 'Error', error: { code: 'ParsingError', message: 1, protocol: 9 } }),
);

describe('WriteBatch', () => {
  it('puts messages on the stream as they are, whatever the size of a batch', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 70_000 }),
        (messages, maxBytes) => {
          const batch = new WriteBatch(maxBytes);
          const queue = messages.map(outbound);
          const out: Uint8Array[] = [];
          while (queue.length > 0 || batch.restBytes > 0) {
            batch.addRest();
            while (!batch.full && queue.length > 0) batch.add(queue.shift() as OutboundMessage);
            const chunks = batch.take();
            const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
            // One header may stand at the end of a batch that has no room for more than a byte behind it.
            expect(size).toBeLessThanOrEqual(maxBytes + 18);
            out.push(...chunks);
          }
          const expected = Buffer.concat(messages.map((message) => frame(encodeNetworkMessage(message))));
          expect(Buffer.compare(Buffer.concat(out), expected)).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives small messages one chunk together and large payloads as views [D-34]', () => {
    const batch = new WriteBatch(1_000_000);
    for (let i = 0; i < 100; i++) batch.add(outbound(directSend(2, Uint8Array.of(i))));
    const large = new Uint8Array(5000);
    batch.add(outbound(directSend(3, large)));
    batch.add(outbound(directSend(2, Uint8Array.of(1))));
    const chunks = batch.take();
    expect(chunks).toHaveLength(3);
    expect(chunks[1]?.buffer).toBe(large.buffer);
  });

  it('never writes again where the socket may still read', () => {
    const batch = new WriteBatch(1000);
    const taken: { chunk: Uint8Array; copy: Uint8Array }[] = [];
    for (let i = 0; i < 3000; i++) {
      batch.add(outbound(directSend(2, Uint8Array.of(i, i >> 8, 1, 2, 3))));
      if (batch.full) for (const chunk of batch.take()) taken.push({ chunk, copy: chunk.slice() });
    }
    for (const { chunk, copy } of taken) expect(Buffer.compare(chunk, copy)).toBe(0);
  });
});

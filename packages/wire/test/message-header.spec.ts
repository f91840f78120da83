import { bytesToHex } from '@diemnet/types';
import * as fc from 'fast-check';
import {
  DEFAULT_MAX_FRAME_BYTES,
  MAX_HEADER_BYTES,
  checkMessageLength,
  directSendBytes,
  encodeDirectSendHeader,
  encodeNetworkMessage,
  encodeRpcRequestHeader,
  rpcRequestBytes,
  rpcResponseBytes,
  writeDirectSendHeader,
  writeRpcRequestHeader,
  writeRpcResponseHeader,
} from '../src/index.js';
import { anyMessage, encodeFast, frame } from './fixtures/messages.js';
import { loadVectors, messageOf, type MessageSpec } from './fixtures/vectors.js';

const vectors = loadVectors<{ valid: { name: string; message: MessageSpec }[] }>('network_message');

describe('message headers', () => {
  it('agree with the readable codec for any message [C-165] [D-34]', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(encodeFast(message)).toEqual(frame(encodeNetworkMessage(message)));
      }),
    );
  });

  it.each(vectors.valid)('agree with the readable codec for the vector $name', (vector) => {
    const message = messageOf(vector.message);
    const expected = frame(encodeNetworkMessage(message));
    expect(Buffer.compare(encodeFast(message), expected)).toBe(0);
  });

  it('need 1, 2, 2, 3 bytes for payload lengths 127, 128, 16383, 16384 [C-174]', () => {
    const headerBytes = (payloadBytes: number) => encodeDirectSendHeader(2, 0, payloadBytes).length - 4 - 3;
    expect([0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152].map(headerBytes)).toEqual([
      1, 1, 2, 2, 3, 3, 4,
    ]);
  });

  it('leave room for exactly the largest payloads of the default limit [C-169]', () => {
    expect(rpcRequestBytes(0, 8_388_597)).toBe(DEFAULT_MAX_FRAME_BYTES);
    expect(rpcResponseBytes(8_388_598)).toBe(DEFAULT_MAX_FRAME_BYTES);
    expect(directSendBytes(0, 8_388_601)).toBe(DEFAULT_MAX_FRAME_BYTES);
    expect(() => checkMessageLength(DEFAULT_MAX_FRAME_BYTES, DEFAULT_MAX_FRAME_BYTES)).not.toThrow();
  });

  it('refuse a message above the limit with a typed error [C-167] [D-05]', () => {
    expect(() => checkMessageLength(directSendBytes(2, 61), 64)).toThrow(
      expect.objectContaining({
        code: 'ERR_MESSAGE_TOO_LARGE',
        details: { messageBytes: 65, maxFrameBytes: 64 },
      }),
    );
  });

  it('are written in place, anywhere in a buffer', () => {
    const target = new Uint8Array(64).fill(0xee);
    const end = writeRpcRequestHeader(target, 5, 5, 0xfffefdfc, 9, 300);
    expect(bytesToHex(target.subarray(5, end))).toBe('00000135' + '0105fcfdfeff09ac02');
    expect(target.subarray(5, end)).toEqual(encodeRpcRequestHeader(5, 0xfffefdfc, 9, 300));
    expect(target[end]).toBe(0xee);
    expect(target[4]).toBe(0xee);
    expect(writeDirectSendHeader(target, 0, 1, 0, 2)).toBe(8);
    expect(writeRpcResponseHeader(target, 0, 1, 0, 2)).toBe(11);
  });

  it('fit the room that is set aside for them', () => {
    const header = encodeRpcRequestHeader(255, 0xffffffff, 255, 2 ** 31 - 1 - 100);
    expect(header.length).toBe(MAX_HEADER_BYTES);
  });
});

import { bytesToHex, hexToBytes } from '@diemnet/types';
import * as fc from 'fast-check';
import {
  decodeErrorCode,
  decodeNetworkMessage,
  encodeErrorCode,
  encodeNetworkMessage,
  type NetworkMessage,
} from '../src/index.js';
import { anyMessage } from './fixtures/messages.js';
import {
  errorOf,
  expectBytes,
  loadVectors,
  messageOf,
  type ErrorSpec,
  type ExpectedBytes,
  type MessageSpec,
} from './fixtures/vectors.js';

const messages = loadVectors<{
  valid: (ExpectedBytes & { name: string; message: MessageSpec })[];
  invalid: { name: string; bcs_hex: string; reply: ErrorSpec; reply_bcs_hex: string }[];
}>('network_message');
const errors = loadVectors<{
  valid: { name: string; error: ErrorSpec; bcs_hex: string; network_message_bcs_hex: string }[];
  invalid: { name: string; bcs_hex: string }[];
}>('error_code');
const health = loadVectors<{
  valid: {
    name: string;
    kind: string;
    bcs_hex: string;
    request_id: number;
    network_message_bcs_hex: string;
  }[];
}>('health_checker');

const allKnown = { isKnownProtocol: () => true };
const text = (value: string) => new TextEncoder().encode(value);

describe('NetworkMessage', () => {
  it('encodes ParsingError(9, 5) alone [C-161]', () => {
    const error = { code: 'ParsingError', message: 9, protocol: 5 } as const;
    expect(bytesToHex(encodeErrorCode(error))).toBe('000905');
    expect(decodeErrorCode(hexToBytes('000905'))).toEqual(error);
  });

  it('encodes an RpcRequest without its variant as the row says [C-162]', () => {
    const bytes = encodeNetworkMessage({
      type: 'RpcRequest',
      protocolId: 0,
      requestId: 25,
      priority: 0,
      payload: hexToBytes('00010203'),
    });
    expect(bytesToHex(bytes.subarray(1))).toBe('0019000000000400010203');
  });

  const examples: [string, NetworkMessage][] = [
    ['00000905', { type: 'Error', error: { code: 'ParsingError', message: 9, protocol: 5 } }],
    ['0000ff6f', { type: 'Error', error: { code: 'ParsingError', message: 255, protocol: 111 } }],
    ['00010005', { type: 'Error', error: { code: 'NotSupported', kind: 'RpcRequest', protocolId: 5 } }],
    ['00010101', { type: 'Error', error: { code: 'NotSupported', kind: 'DirectSendMsg', protocolId: 1 } }],
    [
      '010019000000000400010203',
      { type: 'RpcRequest', protocolId: 0, requestId: 25, priority: 0, payload: hexToBytes('00010203') },
    ],
    ['021900000000020405', { type: 'RpcResponse', requestId: 25, priority: 0, payload: hexToBytes('0405') }],
    [
      '0302000b68656c6c6f20776f726c64',
      { type: 'DirectSendMsg', protocolId: 2, priority: 0, payload: text('hello world') },
    ],
    [
      `030300c801${'00'.repeat(200)}`,
      { type: 'DirectSendMsg', protocolId: 3, priority: 0, payload: new Uint8Array(200) },
    ],
    [
      '01050000000000050004030201',
      { type: 'RpcRequest', protocolId: 5, requestId: 0, priority: 0, payload: hexToBytes('0004030201') },
    ],
    [
      '020000000000050104030201',
      { type: 'RpcResponse', requestId: 0, priority: 0, payload: hexToBytes('0104030201') },
    ],
  ];
  it.each(examples)('encodes and decodes the example %s [C-164]', (hex, message) => {
    expect(bytesToHex(encodeNetworkMessage(message))).toBe(hex);
    expect(decodeNetworkMessage(hexToBytes(hex))).toEqual(message);
  });

  it('decodes what it encodes, and only in one form [C-165]', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(decodeNetworkMessage(encodeNetworkMessage(message), allKnown)).toEqual(message);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        let message;
        try {
          message = decodeNetworkMessage(bytes, allKnown);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_INVALID_MESSAGE' });
          return;
        }
        expect(encodeNetworkMessage(message)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(messages.valid)('matches the vector $name', (vector) => {
    const message = messageOf(vector.message);
    const bytes = encodeNetworkMessage(message);
    expectBytes(bytes, vector);
    const decoded = decodeNetworkMessage(bytes);
    expect(Object.keys(decoded)).toEqual(Object.keys(message));
    expectBytes(encodeNetworkMessage(decoded), vector);
  });

  it.each(messages.invalid)('refuses the vector $name', ({ bcs_hex }) => {
    expect(() => decodeNetworkMessage(hexToBytes(bcs_hex))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_MESSAGE' }),
    );
  });

  it.each(errors.valid)('matches the vector of ErrorCode $name', (vector) => {
    const error = errorOf(vector.error);
    expect(bytesToHex(encodeErrorCode(error))).toBe(vector.bcs_hex);
    expect(decodeErrorCode(hexToBytes(vector.bcs_hex))).toEqual(error);
    expect(bytesToHex(encodeNetworkMessage({ type: 'Error', error }))).toBe(vector.network_message_bcs_hex);
  });

  it.each(errors.invalid)('refuses the vector of ErrorCode $name', ({ bcs_hex }) => {
    expect(() => decodeErrorCode(hexToBytes(bcs_hex))).toThrow();
  });

  it.each(health.valid)('carries the health check $name', (vector) => {
    const payload = hexToBytes(vector.bcs_hex);
    const requestId = vector.request_id;
    const message: NetworkMessage =
      vector.kind === 'Ping'
        ? { type: 'RpcRequest', protocolId: 5, requestId, priority: 0, payload }
        : { type: 'RpcResponse', requestId, priority: 0, payload };
    expect(bytesToHex(encodeNetworkMessage(message))).toBe(vector.network_message_bcs_hex);
    expect(decodeNetworkMessage(hexToBytes(vector.network_message_bcs_hex))).toEqual(message);
  });
});

import {
  bytesToHex,
  hexToBytes,
  PUBLIC_NETWORK,
  VFN_NETWORK,
  VALIDATOR_NETWORK,
  privateNetwork,
} from '@diemnet/types';
import * as fc from 'fast-check';
import { BitVec, createHandshakeMsg, decodeHandshakeMsg, encodeHandshakeMsg } from '../src/index.js';
import { loadVectors, networkIdOf } from './fixtures/vectors.js';

interface HandshakeCase {
  name: string;
  handshake: {
    supported_protocols: { version: number; bitvec_hex: string }[];
    chain_id: number;
    network_id: { kind: string; name?: string };
  };
  protocol_ids: number[];
  bcs_hex: string;
  wire_frame_hex: string;
}
const vectors = loadVectors<{ valid: HandshakeCase[]; invalid: { name: string; bcs_hex: string }[] }>(
  'handshake_msg',
);

const refusal = expect.objectContaining({ code: 'ERR_INVALID_HANDSHAKE_MSG' });

describe('HandshakeMsg', () => {
  it.each([
    ['010001880400', 4, VALIDATOR_NETWORK, [0, 4]],
    ['010001fe0400', 4, VALIDATOR_NETWORK, [0, 1, 2, 3, 4, 5, 6]],
    ['010001100401', 4, PUBLIC_NETWORK, [3]],
    ['0100013401020376666e', 1, VFN_NETWORK, [2, 3, 5]],
    ['010000ff01', 255, PUBLIC_NETWORK, []],
  ] as const)('encodes and decodes the example %s [C-186]', (hex, chainId, networkId, protocolIds) => {
    const message = createHandshakeMsg({ chainId, networkId, protocolIds });
    expect(bytesToHex(encodeHandshakeMsg(message))).toBe(hex);
    const decoded = decodeHandshakeMsg(hexToBytes(hex));
    expect(decoded).toMatchObject({ chainId, networkId });
    expect(decoded.supportedProtocols.get(0)?.positions()).toEqual([...protocolIds]);
  });

  it('encodes and decodes a message without any version [C-186]', () => {
    const message = { supportedProtocols: new Map(), chainId: 4, networkId: PUBLIC_NETWORK };
    expect(bytesToHex(encodeHandshakeMsg(message))).toBe('000401');
    expect(decodeHandshakeMsg(hexToBytes('000401'))).toEqual(message);
  });

  it('encodes the private network vfn [C-187]', () => {
    const bytes = encodeHandshakeMsg(
      createHandshakeMsg({ chainId: 4, networkId: VFN_NETWORK, protocolIds: [] }),
    );
    expect(bytesToHex(bytes).slice(-10)).toBe('020376666e');
  });

  it.each(vectors.valid)('matches the vector $name', (vector) => {
    const { supported_protocols, chain_id, network_id } = vector.handshake;
    const decoded = decodeHandshakeMsg(hexToBytes(vector.bcs_hex));
    expect(decoded.chainId).toBe(chain_id);
    expect(decoded.networkId).toEqual(networkIdOf(network_id));
    expect(
      [...decoded.supportedProtocols].map(([version, bits]) => ({
        version,
        bitvec_hex: bytesToHex(bits.toBytes()),
      })),
    ).toEqual(supported_protocols);
    expect(decoded.supportedProtocols.get(0)?.positions() ?? []).toEqual(vector.protocol_ids);
    expect(bytesToHex(encodeHandshakeMsg(decoded))).toBe(vector.bcs_hex);
    expect(bytesToHex(hexToBytes(vector.wire_frame_hex).subarray(2))).toBe(vector.bcs_hex);
  });

  it.each(vectors.invalid)('refuses the vector $name', ({ bcs_hex }) => {
    expect(() => decodeHandshakeMsg(hexToBytes(bcs_hex))).toThrow(refusal);
  });

  it('refuses an empty message, every truncation and surplus bytes [C-184]', () => {
    const whole = hexToBytes('0100013401020376666e');
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeHandshakeMsg(whole.subarray(0, length))).toThrow(refusal);
    }
    expect(() => decodeHandshakeMsg(Uint8Array.of(...whole, 0))).toThrow(refusal);
  });

  it('refuses long numbers, unsorted or repeated versions, bad UTF-8 and lengths beyond the input [C-149]', () => {
    for (const hex of [
      '8100000100fe0400', // long count
      '0201000001000400', // version 1 before 0
      '020000000000' + '0400', // version 0 twice
      '010001fe040202c328', // not UTF-8
      '01008080808008fe', // a bit vector of 2^31 bytes
      'ffffffff0f', // a map of 2^32 - 1 entries
    ]) {
      expect(() => decodeHandshakeMsg(hexToBytes(hex))).toThrow(refusal);
    }
  });

  it('refuses a bit vector of 33 bytes [C-157]', () => {
    expect(() => decodeHandshakeMsg(hexToBytes(`010021${'00'.repeat(33)}0400`))).toThrow(refusal);
    expect(decodeHandshakeMsg(hexToBytes(`010020${'00'.repeat(32)}0400`)).chainId).toBe(4);
  });

  it('keeps versions that it does not know [D-21]', () => {
    const decoded = decodeHandshakeMsg(hexToBytes('030001fe0101ff80020180' + '0400'));
    expect([...decoded.supportedProtocols.keys()]).toEqual([0, 1, 256]);
    expect(bytesToHex(encodeHandshakeMsg(decoded))).toBe('030001fe0101ff800201800400');
  });

  it('refuses to encode more than the u16 length can announce', () => {
    const message = createHandshakeMsg({
      chainId: 4,
      networkId: privateNetwork('n'.repeat(65_535)),
      protocolIds: [],
    });
    expect(() => encodeHandshakeMsg(message)).toThrow(
      expect.objectContaining({ code: 'ERR_MESSAGE_TOO_LARGE' }),
    );
  });

  it('decodes what it encodes, and anything else gives a typed error [C-185]', () => {
    const message = fc.record({
      supportedProtocols: fc
        .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.uint8Array({ maxLength: 32 })), {
          selector: ([version]) => version,
          maxLength: 4,
        })
        .map((entries) => new Map(entries.map(([version, bytes]) => [version, BitVec.fromBytes(bytes)]))),
      chainId: fc.integer({ min: 0, max: 255 }),
      networkId: fc.oneof(
        fc.constant(VALIDATOR_NETWORK),
        fc.constant(PUBLIC_NETWORK),
        fc.string({ unit: 'binary', maxLength: 20 }).map(privateNetwork),
      ),
    });
    fc.assert(
      fc.property(message, (original) => {
        const bytes = encodeHandshakeMsg(original);
        const decoded = decodeHandshakeMsg(bytes);
        expect(decoded.chainId).toBe(original.chainId);
        expect(decoded.networkId).toEqual(original.networkId);
        expect(encodeHandshakeMsg(decoded)).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        let decoded;
        try {
          decoded = decodeHandshakeMsg(bytes);
        } catch (error) {
          expect(error).toEqual(refusal);
          return;
        }
        expect(encodeHandshakeMsg(decoded)).toEqual(bytes);
      }),
    );
  });
});

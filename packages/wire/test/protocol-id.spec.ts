import {
  MESSAGING_V1,
  ProtocolIds,
  checkProtocolId,
  decodeNetworkMessage,
  diemProtocolKind,
  displayMessagingVersion,
  encodeNetworkMessage,
  isProtocolId,
  payloadEncoding,
  protocolLabel,
} from '../src/index.js';

const directSend = (protocolId: number) =>
  encodeNetworkMessage({ type: 'DirectSendMsg', protocolId, priority: 0, payload: new Uint8Array(0) });

describe('ProtocolId', () => {
  it('encodes ConsensusRpc as one zero byte [C-146]', () => {
    expect(ProtocolIds.ConsensusRpc).toBe(0);
    expect([...directSend(0)]).toEqual([3, 0, 0, 0]);
  });

  it('encodes every Diem protocol as one byte and decodes none above 6 that is not registered [C-147]', () => {
    const ids = Object.values(ProtocolIds);
    expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const id of ids) {
      expect(directSend(id)).toHaveLength(4);
      expect(decodeNetworkMessage(directSend(id))).toMatchObject({ protocolId: id });
    }
    for (const id of [7, 127, 128, 255]) {
      expect(() => decodeNetworkMessage(directSend(id))).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_MESSAGE' }),
      );
      expect(
        decodeNetworkMessage(directSend(id), { isKnownProtocol: (known) => known === id }),
      ).toMatchObject({
        protocolId: id,
      });
    }
  });

  it('encodes V1 as zero [C-148]', () => {
    expect(MESSAGING_V1).toBe(0);
    expect(displayMessagingVersion(MESSAGING_V1)).toBe('V1');
  });

  it('sends JSON on protocol 6 and BCS on any other [C-160]', () => {
    expect(payloadEncoding(6)).toBe('json');
    for (const id of [0, 1, 2, 3, 4, 5, 7, 255]) expect(payloadEncoding(id)).toBe('bcs');
  });

  it('shows protocol 6 under the label that dashboards know', () => {
    expect(protocolLabel(ProtocolIds.ConsensusDirectSendJSON)).toBe('ConsensusDirectSendCbor');
    expect(protocolLabel(ProtocolIds.HealthCheckerRpc)).toBe('HealthCheckerRpc');
    expect(protocolLabel(40)).toBe('Protocol40');
  });

  it('knows what Diem uses each protocol for', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(diemProtocolKind)).toEqual([
      'rpc',
      'direct-send',
      'direct-send',
      'direct-send',
      'direct-send',
      'rpc',
      'direct-send',
      undefined,
    ]);
  });

  it('refuses what is no protocol id', () => {
    for (const bad of [-1, 256, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(isProtocolId(bad)).toBe(false);
      expect(() => checkProtocolId(bad)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_PROTOCOL_ID' }),
      );
    }
    expect(isProtocolId('0')).toBe(false);
    expect(checkProtocolId(255)).toBe(255);
  });
});

import { PUBLIC_NETWORK, VALIDATOR_NETWORK, VFN_NETWORK, hexToBytes, privateNetwork } from '@diemnet/types';
import * as fc from 'fast-check';
import {
  BitVec,
  createHandshakeMsg,
  decodeHandshakeMsg,
  negotiate,
  type HandshakeMsg,
} from '../src/index.js';
import { loadVectors } from './fixtures/vectors.js';

const vectors = loadVectors<{
  negotiation: {
    name: string;
    local_bcs_hex: string;
    remote_bcs_hex: string;
    result: { ok: true; version: number; bits: number[] } | { ok: false; error: string };
  }[];
}>('handshake_msg');

const CODES: Record<string, string> = {
  chain_id: 'ERR_INVALID_CHAIN_ID',
  network_id: 'ERR_INVALID_NETWORK_ID',
  no_common_version: 'ERR_NO_COMMON_PROTOCOLS',
};

const message = (protocolIds: number[], networkId = VALIDATOR_NETWORK, chainId = 4) =>
  createHandshakeMsg({ chainId, networkId, protocolIds });
const withVersions = (...versions: number[]): HandshakeMsg => ({
  ...message([]),
  supportedProtocols: new Map(versions.map((version) => [version, BitVec.of([version & 0xff])])),
});
const bothFail = (a: HandshakeMsg, b: HandshakeMsg, code: string) => {
  expect(() => negotiate(a, b)).toThrow(expect.objectContaining({ code }));
  expect(() => negotiate(b, a)).toThrow(expect.objectContaining({ code }));
};

describe('negotiate', () => {
  it('gives V1 and all protocols for equal messages [C-175]', () => {
    const result = negotiate(message([0, 3, 5]), message([0, 3, 5]));
    expect(result.messagingVersion).toBe(0);
    expect(result.applicationProtocols.toIds()).toEqual([0, 3, 5]);
  });

  it('refuses other networks and other chains, on both sides [C-176] [C-183]', () => {
    bothFail(message([0], privateNetwork('a')), message([0], privateNetwork('b')), 'ERR_INVALID_NETWORK_ID');
    bothFail(message([0], VFN_NETWORK), message([0], PUBLIC_NETWORK), 'ERR_INVALID_NETWORK_ID');
    bothFail(message([0]), message([0], VALIDATOR_NETWORK, 5), 'ERR_INVALID_CHAIN_ID');
  });

  it('intersects the protocols [C-177]', () => {
    expect(negotiate(message([0, 4]), message([0, 2])).applicationProtocols.toIds()).toEqual([0]);
  });

  it('fails without a common version [C-178]', () => {
    bothFail(message([0]), withVersions(), 'ERR_NO_COMMON_PROTOCOLS');
    bothFail(message([0]), withVersions(1), 'ERR_NO_COMMON_PROTOCOLS');
  });

  it('succeeds with an empty intersection [C-179]', () => {
    const result = negotiate(message([0, 4]), message([]));
    expect(result.messagingVersion).toBe(0);
    expect(result.applicationProtocols.size).toBe(0);
  });

  it('reports the chain before the network [C-180]', () => {
    bothFail(message([0]), message([0], PUBLIC_NETWORK, 9), 'ERR_INVALID_CHAIN_ID');
  });

  it('chooses V1 with a remote that also offers versions unknown here [C-181] [D-21]', () => {
    const theirs = decodeHandshakeMsg(hexToBytes('02000188' + '0101ff' + '0400'));
    const result = negotiate(message([0, 4, 5]), theirs);
    expect(result.messagingVersion).toBe(0);
    expect(result.applicationProtocols.toIds()).toEqual([0, 4]);
  });

  it('takes the maximum of the common versions [D-20]', () => {
    expect(negotiate(withVersions(2, 1), withVersions(1)).messagingVersion).toBe(1);
    expect(negotiate(withVersions(0, 1, 2), withVersions(2, 3, 0)).messagingVersion).toBe(2);
    const versions = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 6 });
    fc.assert(
      fc.property(versions, versions, (ours, theirs) => {
        const common = ours.filter((version) => theirs.includes(version));
        if (common.length === 0) {
          bothFail(withVersions(...ours), withVersions(...theirs), 'ERR_NO_COMMON_PROTOCOLS');
        } else {
          const result = negotiate(withVersions(...ours), withVersions(...theirs));
          expect(result.messagingVersion).toBe(Math.max(...common));
        }
      }),
    );
  });

  it.each(vectors.negotiation)('matches the vector $name', ({ local_bcs_hex, remote_bcs_hex, result }) => {
    const ours = decodeHandshakeMsg(hexToBytes(local_bcs_hex));
    const theirs = decodeHandshakeMsg(hexToBytes(remote_bcs_hex));
    if (!result.ok) {
      expect(() => negotiate(ours, theirs)).toThrow(expect.objectContaining({ code: CODES[result.error] }));
      return;
    }
    const negotiated = negotiate(ours, theirs);
    expect(negotiated.messagingVersion).toBe(result.version);
    expect(negotiated.applicationProtocols.toIds()).toEqual(result.bits);
  });
});

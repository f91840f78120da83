import type { Connection, ConnectionMetadata } from '@diemnet/transport';
import { peerIdFromHex, publicKeyFromHex, type NetworkAddress, type PeerId } from '@diemnet/types';
import { protocolIdSet } from '@diemnet/wire';
import { FakeSocket } from './fake-socket.js';

/** A PeerId that is the number `n`. */
export function fakePeerId(n: number): PeerId {
  return peerIdFromHex(n.toString(16).padStart(32, '0'));
}

/** What a test says about a connection; the rest is filled in. */
export type FakeMetadata = Partial<ConnectionMetadata>;

/** An upgraded connection whose remote is played by the test. */
export class FakeConnection implements Connection {
  readonly socket: FakeSocket;
  readonly metadata: ConnectionMetadata;

  constructor(metadata: FakeMetadata = {}) {
    this.socket = new FakeSocket({ remoteIp: metadata.remoteIp });
    this.metadata = Object.freeze({
      remotePeerId: fakePeerId(2),
      remotePublicKey: publicKeyFromHex('11'.repeat(32)),
      connectionId: 0,
      address: '/memory/1' as NetworkAddress,
      remoteIp: undefined,
      origin: 'inbound',
      messagingVersion: 0,
      applicationProtocols: protocolIdSet([0, 1, 2, 3, 4, 5, 6]),
      role: 'Validator',
      ...metadata,
    });
  }
}

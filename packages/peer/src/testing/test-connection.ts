import type { Connection, ConnectionMetadata } from '@diemnet/transport';
import { peerIdFromHex, publicKeyFromHex, type NetworkAddress, type Socket } from '@diemnet/types';
import { MESSAGING_V1, protocolIdSet, type ProtocolId } from '@diemnet/wire';

/** What a test wants to be different. */
export interface TestConnectionOptions extends Partial<ConnectionMetadata> {
  /** Negotiated protocols. @default all of Diem's */
  readonly protocolIds?: readonly ProtocolId[];
}

/** A connection over a socket double, with metadata that a test need not spell out. */
export function testConnection(socket: Socket, options: TestConnectionOptions = {}): Connection {
  const { protocolIds = [0, 1, 2, 3, 4, 5, 6], ...metadata } = options;
  return {
    socket,
    metadata: {
      remotePeerId: peerIdFromHex('0a'.repeat(16)),
      remotePublicKey: publicKeyFromHex('0b'.repeat(32)),
      connectionId: 0,
      address: '/memory/1' as NetworkAddress,
      remoteIp: undefined,
      origin: 'outbound',
      messagingVersion: MESSAGING_V1,
      applicationProtocols: protocolIdSet(protocolIds),
      role: 'Unknown',
      ...metadata,
    },
  };
}

import { displayPeerId, type LogFields } from '@diemnet/types';
import { displayMessagingVersion, protocolLabel } from '@diemnet/wire';
import type { ConnectionMetadata } from './connection.js';

/** `[<PeerId>,<address>,<origin>,<version>,<protocols>,<role>]` (behaviour 5). */
export function displayConnectionMetadata(metadata: ConnectionMetadata): string {
  const protocols = metadata.applicationProtocols.toIds().map(protocolLabel).join(', ');
  return `[${[
    displayPeerId(metadata.remotePeerId),
    metadata.address,
    metadata.origin,
    displayMessagingVersion(metadata.messagingVersion),
    `[${protocols}]`,
    metadata.role,
  ].join(',')}]`;
}

/** The log fields that observability 4 calls connection metadata. */
export function connectionLogFields(metadata: ConnectionMetadata): LogFields {
  return {
    connection_id: metadata.connectionId,
    connection_origin: metadata.origin,
    remote_peer: displayPeerId(metadata.remotePeerId),
  };
}

/** The same with the address. */
export function connectionLogFieldsWithAddress(metadata: ConnectionMetadata): LogFields {
  return { ...connectionLogFields(metadata), network_address: metadata.address };
}

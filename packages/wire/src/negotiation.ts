import { networkIdEquals, networkLabel } from '@diemnet/types';
import { WireError } from './errors.js';
import type { HandshakeMsg } from './handshake-msg.js';
import type { MessagingProtocolVersion } from './messaging-version.js';
import { protocolIdSetFromBits, type ProtocolIdSet } from './protocol-id-set.js';

/** What both sides agreed on. */
export interface Negotiated {
  readonly messagingVersion: MessagingProtocolVersion;
  /** Intersection of both sides' protocols; may be empty. */
  readonly applicationProtocols: ProtocolIdSet;
}

/**
 * Compares the two messages of a version handshake (DiemNet wire format, section 6.4): chain, then network,
 * then the highest common version. Both sides come to the same result by themselves.
 * @throws WireError `ERR_INVALID_CHAIN_ID`, `ERR_INVALID_NETWORK_ID`, `ERR_NO_COMMON_PROTOCOLS`
 */
export function negotiate(ours: HandshakeMsg, theirs: HandshakeMsg): Negotiated {
  if (ours.chainId !== theirs.chainId) {
    throw new WireError(
      'ERR_INVALID_CHAIN_ID',
      `the remote is on chain ${theirs.chainId}, we are on ${ours.chainId}`,
      { details: { theirs: theirs.chainId, ours: ours.chainId } },
    );
  }
  if (!networkIdEquals(ours.networkId, theirs.networkId)) {
    throw new WireError('ERR_INVALID_NETWORK_ID', 'the remote is on another network', {
      details: { theirs: networkLabel(theirs.networkId), ours: networkLabel(ours.networkId) },
    });
  }
  const messagingVersion = highestCommonVersion(ours, theirs);
  const ourBits = ours.supportedProtocols.get(messagingVersion);
  const theirBits = theirs.supportedProtocols.get(messagingVersion);
  if (ourBits === undefined || theirBits === undefined) {
    throw new WireError('ERR_NO_COMMON_PROTOCOLS', 'the remote shares no messaging version with us', {
      details: {
        theirs: [...theirs.supportedProtocols.keys()].slice(0, 8),
        ours: [...ours.supportedProtocols.keys()],
      },
    });
  }
  return { messagingVersion, applicationProtocols: protocolIdSetFromBits(ourBits.and(theirBits)) };
}

/** The maximum of the intersection (D-20), or -1, which no map holds. */
function highestCommonVersion(ours: HandshakeMsg, theirs: HandshakeMsg): MessagingProtocolVersion {
  let highest = -1;
  for (const version of ours.supportedProtocols.keys()) {
    if (version > highest && theirs.supportedProtocols.has(version)) highest = version;
  }
  return highest;
}

import { parsePeerSet, peerSetToObject } from '@diemnet/network-address';
import type { PeerSet } from '@diemnet/types';
import { parse, stringify } from 'yaml';
import { DiscoveryError } from './errors.js';

/**
 * Reads a peer set from YAML (DiemNet behaviour, section 14.3).
 * @throws DiscoveryError `ERR_INVALID_PEER_SET_FILE`
 */
export function parsePeerSetYaml(text: string): PeerSet {
  try {
    // In the failsafe schema every scalar is text: a PeerId of decimal digits must not become a number.
    return parsePeerSet(parse(text, { schema: 'failsafe', mapAsMap: true, logLevel: 'error' }));
  } catch (error) {
    throw new DiscoveryError('ERR_INVALID_PEER_SET_FILE', `not a peer set: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** The YAML of a peer set: what {@link FileDiscovery} reads. */
export function formatPeerSetYaml(peers: PeerSet): string {
  return stringify(peerSetToObject(peers), { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 });
}

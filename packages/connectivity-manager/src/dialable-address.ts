import { HANDSHAKE_VERSION, parseDialAddress } from '@diemnet/network-address';
import { isDiemNetError, type NetworkAddress } from '@diemnet/types';

/**
 * True for an address that a dial could succeed with: the shape that can be dialed, and a handshake version that
 * we speak. The others would only use up a turn and lengthen the delay (D-44).
 */
export function isDialableAddress(address: NetworkAddress): boolean {
  try {
    return parseDialAddress(address).handshakeVersion === HANDSHAKE_VERSION;
  } catch (error) {
    if (isDiemNetError(error)) return false;
    throw error;
  }
}

import { appendProductionProtocols, parseDialAddress, type DialAddress } from '@diemnet/network-address';
import type { NetworkAddress, X25519PublicKey } from '@diemnet/types';
import { TransportError } from './errors.js';

/** The version of the handshake that we speak: `/ln-handshake/0`. */
const HANDSHAKE_VERSION = 0;

/**
 * Takes a dial address apart (DiemNet wire format, section 13.3).
 * @throws TransportError `ERR_INVALID_ADDRESS` if it has another shape than base, NoiseIK, Handshake
 */
export function parseAddressToDial(address: NetworkAddress): DialAddress {
  try {
    return parseDialAddress(address);
  } catch (cause) {
    throw new TransportError('ERR_INVALID_ADDRESS', `cannot be dialed: ${address}`, {
      cause,
      details: { address },
    });
  }
}

/**
 * Holds that we speak the address's handshake version.
 * @throws TransportError `ERR_UNSUPPORTED_HANDSHAKE_VERSION`
 */
export function checkHandshakeVersion(address: NetworkAddress, version: number): void {
  if (version !== HANDSHAKE_VERSION) {
    throw new TransportError(
      'ERR_UNSUPPORTED_HANDSHAKE_VERSION',
      `handshake version ${version} is not supported, only ${HANDSHAKE_VERSION}: ${address}`,
      { details: { address, version, supported: HANDSHAKE_VERSION } },
    );
  }
}

/** A base address with the protocols that every DiemNet connection has on top. */
export function withUpgradeProtocols(base: NetworkAddress, publicKey: X25519PublicKey): NetworkAddress {
  return appendProductionProtocols(base, publicKey, HANDSHAKE_VERSION);
}

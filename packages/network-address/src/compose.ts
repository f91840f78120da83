import type { NetworkAddress, X25519PublicKey } from '@diemnet/types';
import { NetworkAddressError, quote } from './errors.js';
import { HANDSHAKE_VERSION, type Protocol } from './protocol.js';
import { addressProtocols, formatNetworkAddress } from './text.js';

/**
 * `address` with NoiseIK and Handshake behind it: what a listener announces, and the name of an inbound
 * connection (DiemNet wire format, section 13.3).
 */
export function appendProductionProtocols(
  address: NetworkAddress,
  publicKey: X25519PublicKey,
  handshakeVersion: number = HANDSHAKE_VERSION,
): NetworkAddress {
  return formatNetworkAddress([
    ...addressProtocols(address),
    { type: 'ln-noise-ik', value: publicKey },
    { type: 'ln-handshake', value: handshakeVersion },
  ]);
}

/** `address` with `newKey` wherever it had `oldKey`; other keys stay. */
export function rotateNoiseKey(
  address: NetworkAddress,
  oldKey: X25519PublicKey,
  newKey: X25519PublicKey,
): NetworkAddress {
  return formatNetworkAddress(
    addressProtocols(address).map((protocol) =>
      protocol.type === 'ln-noise-ik' && protocol.value === oldKey
        ? { type: protocol.type, value: newKey }
        : protocol,
    ),
  );
}

/** The first IP in an address, or undefined. */
export function findIpAddress(address: NetworkAddress): string | undefined {
  return addressProtocols(address).find(isIp)?.value;
}

function isIp(protocol: Protocol): protocol is Protocol & { type: 'ip4' | 'ip6' } {
  return protocol.type === 'ip4' || protocol.type === 'ip6';
}

/** The keys inside an address, in order. */
export function noiseKeysOf(address: NetworkAddress): X25519PublicKey[] {
  const keys: X25519PublicKey[] = [];
  for (const protocol of addressProtocols(address)) {
    if (protocol.type === 'ln-noise-ik') keys.push(protocol.value);
  }
  return keys;
}

/**
 * The address of a TCP socket's end. The zone of a link-local address (`fe80::1%eth0`) is left out: an address
 * cannot carry it.
 * @throws NetworkAddressError `ERR_ADDRESS_INVALID_IP`, `ERR_ADDRESS_INVALID_NUMBER`
 */
export function ipTcpAddress(ip: string, port: number): NetworkAddress {
  const [bare = ''] = ip.split('%');
  if (bare === '' || bare.includes('/')) {
    throw new NetworkAddressError('ERR_ADDRESS_INVALID_IP', `not an IP address: ${quote(ip)}`);
  }
  return formatNetworkAddress([
    { type: bare.includes(':') ? 'ip6' : 'ip4', value: bare },
    { type: 'tcp', value: port },
  ]);
}

/** `/memory/<port>`. @throws NetworkAddressError `ERR_ADDRESS_INVALID_NUMBER` */
export function memoryAddress(port: number): NetworkAddress {
  return formatNetworkAddress([{ type: 'memory', value: port }]);
}

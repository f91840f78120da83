import type { NetworkAddress } from '@diemnet/types';
import { formatIp4, formatIp6, ipTcpAddress } from '@diemnet/network-address';
import { NetcoreError } from './errors.js';
import { parseIp } from './ip-networks.js';

/** Bytes of a header before its addresses. */
export const PROXY_HEADER_FIXED_BYTES = 16;
/** Longest announced length that is read unless an option says otherwise; useful headers stay below. */
export const DEFAULT_MAX_PROXY_HEADER_BYTES = 2048;

const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const LOCAL = 0x20;
const PROXY = 0x21;
const TCP4 = 0x11;
const TCP6 = 0x21;
/** Unspecified, UDP over IPv4 and IPv6, Unix stream and datagram: known, but no source for us. */
const WITHOUT_SOURCE = new Set([0x00, 0x12, 0x22, 0x31, 0x32]);

/** Where a proxy says that a connection comes from. */
export interface ProxySource {
  /** `/ip4/…/tcp/…` or `/ip6/…/tcp/…` */
  readonly address: NetworkAddress;
  /** The bare IP, for limits per address. */
  readonly ip: string;
}

/** A PROXY protocol v2 header. */
export interface ProxyHeader {
  /** All its bytes; what follows belongs to the connection. */
  readonly byteLength: number;
  /** Undefined if the socket's own address counts: a LOCAL header, or one without TCP addresses. */
  readonly source: ProxySource | undefined;
}

/** Options of the PROXY header parser. */
export interface ProxyHeaderLimits {
  /**
   * Longest announced length of addresses and TLVs, in bytes.
   * @default 2048
   */
  readonly maxHeaderBytes?: number | undefined;
}

/**
 * Reads a PROXY protocol v2 header at the front of `bytes` (DiemNet wire format, section 3). Undefined while it is
 * incomplete: ask again with more. What can be refused early is refused early.
 *
 * LOCAL headers are honoured: their family, addresses and TLVs are skipped, whatever they say.
 * @throws NetcoreError with one of the codes `ERR_PROXY_HEADER_…`
 */
export function parseProxyHeader(
  bytes: Uint8Array,
  { maxHeaderBytes = DEFAULT_MAX_PROXY_HEADER_BYTES }: ProxyHeaderLimits = {},
): ProxyHeader | undefined {
  checkSignature(bytes);
  const [command, family, lengthHigh, lengthLow] = bytes.subarray(SIGNATURE.length);
  if (command !== undefined && command !== LOCAL && command !== PROXY) {
    throw new NetcoreError('ERR_PROXY_HEADER_VERSION', 'a PROXY header of another version or command');
  }
  if (family === undefined || lengthHigh === undefined || lengthLow === undefined) return undefined;

  const length = lengthHigh * 256 + lengthLow;
  const needed = command === LOCAL ? 0 : addressBytes(family);
  if (length < needed) {
    throw new NetcoreError('ERR_PROXY_HEADER_TOO_SHORT', `a PROXY header of ${length} bytes needs ${needed}`);
  }
  if (length > maxHeaderBytes) {
    throw new NetcoreError(
      'ERR_PROXY_HEADER_TOO_LONG',
      `a PROXY header of ${length} bytes exceeds the limit of ${maxHeaderBytes}`,
    );
  }
  const byteLength = PROXY_HEADER_FIXED_BYTES + length;
  if (bytes.length < byteLength) return undefined;
  const source = needed === 0 ? undefined : sourceOf(bytes.subarray(PROXY_HEADER_FIXED_BYTES), family);
  return { byteLength, source };
}

function checkSignature(bytes: Uint8Array): void {
  const available = Math.min(bytes.length, SIGNATURE.length);
  for (let i = 0; i < available; i++) {
    if (bytes[i] !== SIGNATURE[i]) {
      throw new NetcoreError('ERR_PROXY_HEADER_SIGNATURE', 'no PROXY v2 header where one is required');
    }
  }
}

/** Two addresses and two ports, or nothing where we would not look at them. */
function addressBytes(family: number): number {
  if (family === TCP4) return 12;
  if (family === TCP6) return 36;
  if (WITHOUT_SOURCE.has(family)) return 0;
  throw new NetcoreError(
    'ERR_PROXY_HEADER_FAMILY',
    `a PROXY header with unknown family 0x${family.toString(16).padStart(2, '0')}`,
  );
}

/** `body`: source address, destination address, source port, destination port, TLVs. */
function sourceOf(body: Uint8Array, family: number): ProxySource {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [ip, port] =
    family === TCP4
      ? [formatIp4(body.subarray(0, 4)), view.getUint16(8)]
      : [formatIp6(body.subarray(0, 16)), view.getUint16(32)];
  // Unmapped, so that a host cannot be counted under two spellings.
  return { address: ipTcpAddress(ip, port), ip: parseIp(ip)?.ip ?? ip };
}

import { BlockList, isIP } from 'node:net';
import { NetcoreError } from './errors.js';

/** A bare IP address and its family. */
export interface Ip {
  readonly ip: string;
  readonly family: 4 | 6;
}

const MAPPED_IPV4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/;

/**
 * Reads an IP address as sockets report them: without its zone, and as IPv4 if it is an IPv4-mapped one
 * (`::ffff:192.0.2.1`), so that each host has one spelling only. Undefined if it is none.
 */
export function parseIp(text: string): Ip | undefined {
  const bare = text.replace(/%.*$/s, '');
  const unmapped = MAPPED_IPV4.exec(bare)?.[1] ?? bare;
  const family = isIP(unmapped);
  return family === 4 || family === 6 ? { ip: unmapped, family } : undefined;
}

/**
 * A set of IP addresses and CIDR networks (`10.0.0.0/8`, `2001:db8::/32`).
 *
 * @example
 * new IpNetworks(['10.0.0.0/8', '::1']).has('10.1.2.3'); // true
 */
export class IpNetworks {
  readonly #list = new BlockList();

  /** @throws NetcoreError `ERR_INVALID_IP_NETWORK` if an entry is neither an address nor a network */
  constructor(entries: Iterable<string>) {
    for (const entry of entries) {
      if (!this.#add(entry)) {
        throw new NetcoreError(
          'ERR_INVALID_IP_NETWORK',
          `neither an IP address nor a CIDR network: ${JSON.stringify(entry)}`,
        );
      }
    }
  }

  /** True if `entry` could be an element: an address, or a network with its prefix length. */
  static accepts(entry: string): boolean {
    return parseNetwork(entry) !== undefined;
  }

  /** True if `ip` is listed or inside a listed network; false for what is no IP address. */
  has(ip: string | undefined): boolean {
    const parsed = ip === undefined ? undefined : parseIp(ip);
    return parsed !== undefined && this.#list.check(parsed.ip, familyName(parsed));
  }

  #add(entry: string): boolean {
    const network = parseNetwork(entry);
    if (network !== undefined) this.#list.addSubnet(network.ip, network.prefix, familyName(network));
    return network !== undefined;
  }
}

function parseNetwork(entry: string): (Ip & { readonly prefix: number }) | undefined {
  const [address = '', prefixText, surplus] = entry.split('/');
  const parsed = parseIp(address);
  if (parsed === undefined || surplus !== undefined || address.includes('%')) return undefined;
  const bits = parsed.family === 4 ? 32 : 128;
  if (prefixText === undefined) return { ...parsed, prefix: bits };
  const prefix = PREFIX_LENGTH.test(prefixText) ? Number(prefixText) : Number.NaN;
  // A mapped network counts its prefix from the start of the IPv6 address; such entries are not worth guessing at.
  const mapped = parsed.family === 4 && address.includes(':');
  return prefix <= bits && !mapped ? { ...parsed, prefix } : undefined;
}

function familyName({ family }: Ip): 'ipv4' | 'ipv6' {
  return family === 4 ? 'ipv4' : 'ipv6';
}

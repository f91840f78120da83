import { parseIp6 } from '@diemnet/network-address';
import { parseIp } from './ip-networks.js';

/** Whom an IP address probably belongs to, for limits that one machine or one network must not exhaust. */
export interface IpGroups {
  /** One machine: an IPv4 address (/32), or an IPv6 /64, all of which a single machine usually has to itself. */
  readonly host: string;
  /** One network: an IPv4 /24, or an IPv6 /48. */
  readonly network: string;
}

const HOST_GROUPS = 4;
const NETWORK_GROUPS = 3;

/** The groups of `ip`. What is no IP address is a group of its own. */
export function ipGroups(ip: string): IpGroups {
  const parsed = parseIp(ip);
  if (parsed === undefined) return { host: ip, network: ip };
  if (parsed.family === 4) {
    return { host: parsed.ip, network: `${parsed.ip.slice(0, parsed.ip.lastIndexOf('.'))}.0/24` };
  }
  const bytes = parseIp6(parsed.ip);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const prefix = (groups: number) =>
    `${Array.from({ length: groups }, (_, i) => view.getUint16(2 * i).toString(16)).join(':')}::/${16 * groups}`;
  return { host: prefix(HOST_GROUPS), network: prefix(NETWORK_GROUPS) };
}

/**
 * True for addresses of this machine. Limits per machine and network leave them alone: behind a local proxy everyone
 * comes from one, and who is on this machine has easier ways to do harm.
 */
export function isLoopbackIp(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.');
}

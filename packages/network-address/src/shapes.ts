import type { NetworkAddress, X25519PublicKey } from '@diemnet/types';
import { NetworkAddressError } from './errors.js';
import type { Protocol } from './protocol.js';
import { addressProtocols, formatNetworkAddress, type AddressOrProtocols } from './text.js';

/** What follows a recognized prefix. */
export interface WithRest {
  readonly rest: readonly Protocol[];
}

/** An IP and a TCP port. */
export interface IpTcp {
  /** Dotted quad or canonical IPv6 text. */
  readonly ip: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** Which addresses of a DNS name are used. */
export type IpFilter = 'any' | 'ip4' | 'ip6';

/** A DNS name and a TCP port. */
export interface DnsTcp {
  readonly name: string;
  readonly filter: IpFilter;
  readonly port: number;
}

/** What a transport listens on or dials, without the protocols above it. */
export type BaseAddress =
  | ({ readonly kind: 'ip' } & IpTcp)
  | ({ readonly kind: 'dns' } & DnsTcp)
  | { readonly kind: 'memory'; readonly port: number };

/** Recognizes (Ip4 or Ip6), Tcp in front. */
export function parseIpTcp(address: AddressOrProtocols): (IpTcp & WithRest) | undefined {
  const [ip, tcp, ...rest] = addressProtocols(address);
  if ((ip?.type !== 'ip4' && ip?.type !== 'ip6') || tcp?.type !== 'tcp') return undefined;
  return { ip: ip.value, family: ip.type === 'ip4' ? 4 : 6, port: tcp.value, rest };
}

/** Recognizes (Dns, Dns4 or Dns6), Tcp in front. */
export function parseDnsTcp(address: AddressOrProtocols): (DnsTcp & WithRest) | undefined {
  const [dns, tcp, ...rest] = addressProtocols(address);
  if ((dns?.type !== 'dns' && dns?.type !== 'dns4' && dns?.type !== 'dns6') || tcp?.type !== 'tcp') {
    return undefined;
  }
  const filter = dns.type === 'dns' ? 'any' : dns.type === 'dns4' ? 'ip4' : 'ip6';
  return { name: dns.value, filter, port: tcp.value, rest };
}

/** Recognizes Memory in front. */
export function parseMemory(address: AddressOrProtocols): ({ readonly port: number } & WithRest) | undefined {
  const [memory, ...rest] = addressProtocols(address);
  return memory?.type === 'memory' ? { port: memory.value, rest } : undefined;
}

/** Recognizes NoiseIK in front. */
export function parseNoiseIk(
  address: AddressOrProtocols,
): ({ readonly publicKey: X25519PublicKey } & WithRest) | undefined {
  const [noise, ...rest] = addressProtocols(address);
  return noise?.type === 'ln-noise-ik' ? { publicKey: noise.value, rest } : undefined;
}

/** Recognizes Handshake in front. */
export function parseHandshake(
  address: AddressOrProtocols,
): ({ readonly version: number } & WithRest) | undefined {
  const [handshake, ...rest] = addressProtocols(address);
  return handshake?.type === 'ln-handshake' ? { version: handshake.value, rest } : undefined;
}

/** Recognizes any base in front: TCP by IP, TCP by DNS, or memory. */
export function parseBase(
  address: AddressOrProtocols,
): ({ readonly base: BaseAddress } & WithRest) | undefined {
  const protocols = addressProtocols(address);
  const ip = parseIpTcp(protocols);
  if (ip !== undefined) {
    return { base: { kind: 'ip', ip: ip.ip, family: ip.family, port: ip.port }, rest: ip.rest };
  }
  const dns = parseDnsTcp(protocols);
  if (dns !== undefined) {
    return { base: { kind: 'dns', name: dns.name, filter: dns.filter, port: dns.port }, rest: dns.rest };
  }
  const memory = parseMemory(protocols);
  return memory && { base: { kind: 'memory', port: memory.port }, rest: memory.rest };
}

/**
 * What can be listened on: an IP with a TCP port, or memory, and nothing after it.
 * @throws NetworkAddressError `ERR_INVALID_ADDRESS_SHAPE`
 */
export function parseListenAddress(address: NetworkAddress): Exclude<BaseAddress, { kind: 'dns' }> {
  const parsed = parseBase(address);
  if (parsed === undefined || parsed.base.kind === 'dns' || parsed.rest.length > 0) {
    throw shapeError(address, 'listened on', '(ip4 or ip6)/tcp, or memory, with nothing after it');
  }
  return parsed.base;
}

/** The parts of an address that can be dialed. */
export interface DialAddress {
  /** The address of the transport below, without key and handshake version. */
  readonly base: NetworkAddress;
  readonly publicKey: X25519PublicKey;
  /** As the address says; whether we speak it is the dialer's question. */
  readonly handshakeVersion: number;
}

/**
 * Takes apart what can be dialed: a base, NoiseIK, Handshake, and nothing more.
 * @throws NetworkAddressError `ERR_INVALID_ADDRESS_SHAPE`
 */
export function parseDialAddress(address: NetworkAddress): DialAddress {
  const protocols = addressProtocols(address);
  const base = parseBase(protocols);
  const noise = base && parseNoiseIk(base.rest);
  const handshake = noise && parseHandshake(noise.rest);
  if (base === undefined || noise === undefined || handshake === undefined || handshake.rest.length > 0) {
    throw shapeError(address, 'dialed', 'a base, ln-noise-ik, ln-handshake, and nothing more');
  }
  return {
    base: formatNetworkAddress(protocols.slice(0, protocols.length - base.rest.length)),
    publicKey: noise.publicKey,
    handshakeVersion: handshake.version,
  };
}

/**
 * True for what seeds and announcements need: TCP by IP or DNS, NoiseIK, Handshake, nothing more.
 * With `allowMemory`, for tests and simulations, a memory base counts too.
 */
export function isDiemNetAddress(
  address: AddressOrProtocols,
  { allowMemory = false }: { readonly allowMemory?: boolean } = {},
): boolean {
  const base = parseBase(address);
  const noise = base && parseNoiseIk(base.rest);
  const handshake = noise && parseHandshake(noise.rest);
  return (
    base !== undefined &&
    (allowMemory || base.base.kind !== 'memory') &&
    handshake !== undefined &&
    handshake.rest.length === 0
  );
}

function shapeError(address: NetworkAddress, purpose: string, shape: string): NetworkAddressError {
  const names = addressProtocols(address).map(({ type }) => type);
  return new NetworkAddressError(
    'ERR_INVALID_ADDRESS_SHAPE',
    `an address of ${names.join('/')} cannot be ${purpose}; that needs ${shape}`,
    { details: { protocols: names } },
  );
}

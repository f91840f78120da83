import type { BaseAddress } from '@diemnet/network-address';
import { NetcoreError } from '../errors.js';
import { IpNetworks, parseIp } from '../ip-networks.js';

const DEFAULT_HTTP_PORT = 80;

type DialTarget = Extract<BaseAddress, { kind: 'ip' | 'dns' }>;

/** Which HTTP proxy to dial through, and what not. */
export interface HttpProxySettings {
  /** `http://host[:port]`; port 80 if there is none. */
  readonly url: string;
  /**
   * Targets that are dialed directly: IP addresses, CIDR networks, names, and suffixes of names that start with a
   * dot (a lone dot is any name).
   */
  readonly noProxy?: readonly string[] | undefined;
}

/** A proxy and its exclusions (DiemNet wire format, section 19). */
export class HttpProxy {
  /** Where the proxy itself is. */
  readonly target: DialTarget;
  readonly #excludedIps: IpNetworks;
  readonly #excludedNames: readonly string[];

  /** @throws NetcoreError `ERR_INVALID_OPTION` unless the URL is an `http://` one */
  constructor({ url, noProxy = [] }: HttpProxySettings) {
    const parsed = parseProxyUrl(url);
    if (parsed === undefined) {
      throw new NetcoreError('ERR_INVALID_OPTION', 'the URL of an HTTP proxy is http://host[:port]');
    }
    this.target = parsed;
    const entries = noProxy.map((entry) => unbracketed(entry.trim().toLowerCase())).filter(Boolean);
    this.#excludedIps = new IpNetworks(entries.filter(IpNetworks.accepts));
    this.#excludedNames = entries.filter((entry) => !IpNetworks.accepts(entry));
  }

  /** True if `target` is to be dialed through the proxy. */
  admits(target: DialTarget): boolean {
    if (target.kind === 'ip') return !this.#excludedIps.has(target.ip);
    const name = target.name.toLowerCase();
    return !this.#excludedNames.some((entry) =>
      entry.startsWith('.') ? name.endsWith(entry.slice(1)) : name === entry,
    );
  }
}

/**
 * The proxy of `https_proxy` or `HTTPS_PROXY`, with the exclusions of `no_proxy` or `NO_PROXY`. Undefined if there
 * is none, or one that is not spoken to over plain HTTP.
 */
export function httpProxyFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): HttpProxy | undefined {
  const url = env['https_proxy'] ?? env['HTTPS_PROXY'];
  if (url === undefined || parseProxyUrl(url) === undefined) return undefined;
  const noProxy = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(',');
  return new HttpProxy({ url, noProxy });
}

function parseProxyUrl(text: string): DialTarget | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port } = new URL(text);
  if (protocol !== 'http:' || hostname === '') return undefined;
  const host = unbracketed(hostname);
  const tcpPort = port === '' ? DEFAULT_HTTP_PORT : Number(port);
  const ip = parseIp(host);
  return ip === undefined
    ? { kind: 'dns', name: host, filter: 'any', port: tcpPort }
    : { kind: 'ip', ...ip, port: tcpPort };
}

function unbracketed(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { problem, type Answer } from './problem.js';

/** Who may ask what. */
export interface GuardOptions {
  /** @default undefined: everybody who reaches the port */
  readonly token: string | undefined;
  /** Names besides `localhost` and IP addresses under which the server may be addressed. */
  readonly allowedHosts: readonly string[];
}

/**
 * Decides about a request by its headers. Three attacks from the browser of someone who can reach the port are
 * refused: reading through a name that an attacker points here (DNS rebinding: `Host` is then that name), writing or
 * reading from another page (`Origin`), and embedding (`Sec-Fetch-Site`).
 */
export class Guard {
  readonly #tokenDigest: Buffer | undefined;
  readonly #hosts: ReadonlySet<string>;

  constructor({ token, allowedHosts }: GuardOptions) {
    this.#tokenDigest = token === undefined ? undefined : digest(token);
    this.#hosts = new Set(['localhost', ...allowedHosts.map((host) => host.toLowerCase())]);
  }

  /** A refusal, or undefined if the request may go on. `open`: no token is needed. */
  check(headers: IncomingHttpHeaders, { open }: { readonly open: boolean }): Answer | undefined {
    const { host, origin } = headers;
    if (host === undefined || !this.#isOurs(host)) {
      return problem('ERR_FORBIDDEN_HOST', 'use the IP address, or list the name in allowedHosts');
    }
    if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
      return problem('ERR_FORBIDDEN_ORIGIN', 'the request comes from another page');
    }
    const site = headers['sec-fetch-site'];
    const navigates = headers['sec-fetch-mode'] === 'navigate';
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !(open && navigates)) {
      return problem('ERR_FORBIDDEN_ORIGIN', 'the request comes from another page');
    }
    if (open || this.#tokenDigest === undefined) return undefined;
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    // Digests have one length: neither content nor length of the token shows in the time it takes.
    if (given !== undefined && timingSafeEqual(digest(given), this.#tokenDigest)) return undefined;
    return problem('ERR_UNAUTHORIZED', 'send "Authorization: Bearer <token>"', {
      'www-authenticate': 'Bearer',
    });
  }

  /** An IP address cannot be pointed here by a name server, so any is fine. */
  #isOurs(host: string): boolean {
    const match = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(host);
    const name = (match?.[1] ?? match?.[2])?.toLowerCase();
    return name !== undefined && (isIP(name) !== 0 || this.#hosts.has(name));
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

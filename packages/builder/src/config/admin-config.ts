import type { ConfigCursor } from './config-cursor.js';
import { defined } from './secure-backend.js';

/** Extension: the administrative HTTP server of a node. */
export interface AdminConfig {
  /** Where it listens: a host and a TCP port, 0 for any, e.g. `127.0.0.1:9101` or `[::1]:0`. */
  readonly listen: string;
  /**
   * A file whose content requests have to bring as their bearer token. Needed beyond the loopback interface.
   * A relative path starts at `base.data_dir`.
   */
  readonly token_file?: string | undefined;
}

/** A host with a port, taken apart. */
export interface HostAndPort {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Takes `host:port` or `[IPv6]:port` apart; undefined if it is neither. */
export function parseHostAndPort(text: string): HostAndPort | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

/** Reads the section `admin`. Mistakes are reported to the document. */
export function readAdminConfig(at: ConfigCursor): AdminConfig | undefined {
  const fields = at.fields();
  if (fields === undefined) return undefined;
  const expected = 'a host and a TCP port, such as 127.0.0.1:9101';
  const listen = fields.required('listen', (field) => {
    const text = field.text(expected);
    if (text === undefined) return undefined;
    return parseHostAndPort(text) === undefined ? field.reject(expected) : text;
  });
  const token_file = fields.optional('token_file', (field) => field.text('a path'));
  fields.finish();
  return listen === undefined ? undefined : { listen, ...defined({ token_file }) };
}

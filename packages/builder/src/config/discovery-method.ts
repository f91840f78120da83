import type { ConfigCursor } from './config-cursor.js';
import { readInterval, type ConfigDuration } from './duration.js';

/** Where a network learns of its peers (behaviour 13). */
export type DiscoveryMethod =
  | { readonly type: 'none' }
  /** From the validator sets of reconfigurations. */
  | { readonly type: 'onchain' }
  /** From a peer set in a YAML file, read again at every interval. */
  | { readonly type: 'file'; readonly path: string; readonly interval: ConfigDuration };

/**
 * Where on-chain discovery gets reconfigurations from. An extension of ours: the reference takes them from its
 * ledger, which a library does not have. In YAML `onchain_source: {file: [<path>, {secs, nanos}]}` or `{http: …}`.
 */
export type OnchainSource =
  | { readonly type: 'file'; readonly path: string; readonly interval: ConfigDuration }
  | { readonly type: 'http'; readonly url: string; readonly interval: ConfigDuration };

const METHOD = 'none, onchain or file: [<path>, {secs: <u64>, nanos: <u32>}]';
const SOURCE = 'file: [<path>, {secs, nanos}] or http: [<url>, {secs, nanos}]';

/** Reads one discovery method. */
export function readDiscoveryMethod(at: ConfigCursor): DiscoveryMethod | undefined {
  if (!at.isMapping) {
    const text = at.text(METHOD);
    if (text === undefined || text === 'none' || text === 'onchain') return text && { type: text };
    return at.reject(METHOD);
  }
  const [[kind, value] = [undefined, at], ...more] = at.entries();
  if (kind !== 'file' || more.length > 0) return at.reject(METHOD);
  const polled = readPolled(value, METHOD);
  return polled && { type: 'file', path: polled.from, interval: polled.interval };
}

/** Reads the source of reconfigurations. */
export function readOnchainSource(at: ConfigCursor): OnchainSource | undefined {
  const [[kind, value] = [undefined, at], ...more] = at.entries(SOURCE);
  if ((kind !== 'file' && kind !== 'http') || more.length > 0) {
    return at.isMapping ? at.reject(SOURCE) : undefined;
  }
  const polled = readPolled(value, SOURCE);
  if (polled === undefined) return undefined;
  const { from, interval } = polled;
  if (kind === 'file') return { type: 'file', path: from, interval };
  return /^https?:\/\//.test(from) ? { type: 'http', url: from, interval } : value.reject('an http(s) URL');
}

function readPolled(
  at: ConfigCursor,
  expected: string,
): { readonly from: string; readonly interval: ConfigDuration } | undefined {
  const [from, interval, ...more] = at.items(expected);
  if (from === undefined || interval === undefined || more.length > 0) return at.reject(expected);
  const path = from.text('a path');
  const every = readInterval(interval);
  return path === undefined || every === undefined ? undefined : { from: path, interval: every };
}

/** The YAML form of a discovery method. */
export function discoveryMethodToYaml(method: DiscoveryMethod): unknown {
  return method.type === 'file' ? { file: [method.path, { ...method.interval }] } : method.type;
}

/** The YAML form of a source of reconfigurations. */
export function onchainSourceToYaml(source: OnchainSource): unknown {
  return source.type === 'file'
    ? { file: [source.path, { ...source.interval }] }
    : { http: [source.url, { ...source.interval }] };
}

import { TypesError } from './errors.js';

/** Which network a connection belongs to (wire format 6.1). Build with the constants and {@link privateNetwork}. */
export type NetworkId =
  | { readonly kind: 'validator' }
  | { readonly kind: 'public' }
  | { readonly kind: 'private'; readonly name: string };

/** The network of the validators. */
export const VALIDATOR_NETWORK: NetworkId = Object.freeze({ kind: 'validator' });
/** The network that everyone may join. */
export const PUBLIC_NETWORK: NetworkId = Object.freeze({ kind: 'public' });
/** Name of the private network between a validator and its own full nodes. */
export const VFN_NETWORK_NAME = 'vfn';
/** The private network between a validator and its own full nodes. */
export const VFN_NETWORK: NetworkId = Object.freeze({ kind: 'private', name: VFN_NETWORK_NAME });

/** A private network by its name. */
export function privateNetwork(name: string): NetworkId {
  return name === VFN_NETWORK_NAME ? VFN_NETWORK : Object.freeze({ kind: 'private', name });
}

/** Same network? Private networks compare their names. */
export function networkIdEquals(a: NetworkId, b: NetworkId): boolean {
  return a.kind === b.kind && (a.kind !== 'private' || a.name === (b as { name: string }).name);
}

/** `Validator`, `Public`, or the bare name of a private network: as in metric labels and logs. */
export function networkLabel(id: NetworkId): string {
  return id.kind === 'private' ? id.name : id.kind === 'validator' ? 'Validator' : 'Public';
}

/**
 * Reads `Validator`, `Public` (either case) or the name of a private network.
 * @throws TypesError `ERR_INVALID_NETWORK_ID` for the empty text
 */
export function networkIdFromLabel(text: string): NetworkId {
  if (text === '') throw new TypesError('ERR_INVALID_NETWORK_ID', 'a network id must not be empty');
  const lower = text.toLowerCase();
  return lower === 'validator'
    ? VALIDATOR_NETWORK
    : lower === 'public'
      ? PUBLIC_NETWORK
      : privateNetwork(text);
}

/** The form in YAML and JSON: `validator`, `public` or `{private: name}`. */
export type NetworkIdYaml = 'validator' | 'public' | { private: string };

export function networkIdToYaml(id: NetworkId): NetworkIdYaml {
  return id.kind === 'private' ? { private: id.name } : id.kind;
}

/** @throws TypesError `ERR_INVALID_NETWORK_ID` */
export function networkIdFromYaml(value: unknown): NetworkId {
  if (value === 'validator') return VALIDATOR_NETWORK;
  if (value === 'public') return PUBLIC_NETWORK;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const keys = Object.keys(value);
    const name = (value as { private?: unknown }).private;
    if (keys.length === 1 && typeof name === 'string') return privateNetwork(name);
  }
  throw new TypesError(
    'ERR_INVALID_NETWORK_ID',
    'a network id is "validator", "public" or {private: <name>}',
  );
}

/** Rank by importance, most important first: validator, vfn, other private networks, public. */
function importance(id: NetworkId): number {
  if (id.kind === 'validator') return 0;
  if (id.kind === 'public') return 3;
  return id.name === VFN_NETWORK_NAME ? 1 : 2;
}

/** Order of importance: negative if `a` matters more. A total order: private networks by name (D-28). */
export function compareNetworkIds(a: NetworkId, b: NetworkId): number {
  const byRank = importance(a) - importance(b);
  if (byRank !== 0) return byRank;
  const [left, right] = [networkLabel(a), networkLabel(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

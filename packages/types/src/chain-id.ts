import { TypesError } from './errors.js';

/** A chain: 1 to 255. Peers of different chains refuse each other in the version handshake. */
export type ChainId = number & { readonly __brand: 'ChainId' };

/** The chains that have names. */
export const NAMED_CHAINS: Readonly<Record<string, ChainId>> = Object.freeze({
  MAINNET: 1 as ChainId,
  TESTNET: 2 as ChainId,
  DEVNET: 3 as ChainId,
  TESTING: 4 as ChainId,
  PREMAINNET: 5 as ChainId,
});

/** @throws TypesError `ERR_INVALID_CHAIN_ID` unless `id` is an integer from 1 to 255 */
export function chainIdFromNumber(id: number): ChainId {
  if (!Number.isInteger(id) || id < 1 || id > 255) {
    throw new TypesError('ERR_INVALID_CHAIN_ID', `a chain id is a number from 1 to 255, got ${id}`);
  }
  return id as ChainId;
}

/**
 * Reads a chain name (`TESTING`) or a decimal number.
 * @throws TypesError `ERR_INVALID_CHAIN_ID`
 */
export function parseChainId(text: string): ChainId {
  const named = Object.hasOwn(NAMED_CHAINS, text) ? NAMED_CHAINS[text] : undefined;
  if (named !== undefined) return named;
  if (typeof text !== 'string' || !/^[0-9]{1,3}$/.test(text)) {
    throw new TypesError(
      'ERR_INVALID_CHAIN_ID',
      `a chain id is one of ${Object.keys(NAMED_CHAINS).join(', ')} or a number from 1 to 255, got "${text}"`,
    );
  }
  return chainIdFromNumber(Number(text));
}

/** The chain's name, or its number. */
export function displayChainId(id: ChainId): string {
  return Object.keys(NAMED_CHAINS).find((name) => NAMED_CHAINS[name] === id) ?? String(id);
}

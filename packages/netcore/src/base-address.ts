import { parseBase, type BaseAddress } from '@diemnet/network-address';
import type { NetworkAddress } from '@diemnet/types';
import { NetcoreError } from './errors.js';

/**
 * What a base transport listens on or dials: one of `kinds`, and nothing after it.
 * @throws NetcoreError `ERR_UNSUPPORTED_ADDRESS`; its cause says why an address is malformed
 */
export function parseBaseAddress<Kind extends BaseAddress['kind']>(
  address: NetworkAddress,
  purpose: string,
  kinds: readonly Kind[],
): Extract<BaseAddress, { kind: Kind }> {
  let cause: unknown;
  try {
    const parsed = parseBase(address);
    if (parsed !== undefined && parsed.rest.length === 0 && isOneOf(parsed.base, kinds)) return parsed.base;
  } catch (error) {
    cause = error;
  }
  throw new NetcoreError('ERR_UNSUPPORTED_ADDRESS', `${JSON.stringify(address)} cannot be ${purpose}`, {
    cause,
    details: { address, kinds },
  });
}

function isOneOf<Kind extends BaseAddress['kind']>(
  base: BaseAddress,
  kinds: readonly Kind[],
): base is Extract<BaseAddress, { kind: Kind }> {
  return kinds.some((kind) => kind === base.kind);
}

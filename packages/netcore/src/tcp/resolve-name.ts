import { lookup } from 'node:dns/promises';
import type { DnsTcp } from '@diemnet/network-address';
import { abortReason, throwIfAborted, type WaitOptions } from '@diemnet/types';
import { NetcoreError } from '../errors.js';
import { parseIp, type Ip } from '../ip-networks.js';

/**
 * All addresses of a name, best first. `family` 0 asks for both families; others may be in the answer and are
 * ignored.
 */
export type Resolver = (name: string, family: 0 | 4 | 6) => Promise<readonly string[]>;

/** Asks the system, in its order of preference. */
export const systemResolver: Resolver = async (name, family) =>
  (await lookup(name, { all: true, family, verbatim: true })).map(({ address }) => address);

/**
 * The addresses of a name that its address admits, without duplicates, families alternating (RFC 8305, 4).
 * @throws NetcoreError `ERR_NAME_NOT_RESOLVED` if there is none
 */
export async function resolveName(
  resolver: Resolver,
  { name, filter }: Pick<DnsTcp, 'name' | 'filter'>,
  { signal }: WaitOptions = {},
): Promise<readonly [Ip, ...Ip[]]> {
  throwIfAborted(signal);
  const family = filter === 'any' ? 0 : filter === 'ip4' ? 4 : 6;
  let answer: readonly string[] = [];
  let cause: unknown;
  try {
    answer = await unlessAborted(resolver(name, family), signal);
  } catch (error) {
    throwIfAborted(signal);
    cause = error;
  }
  const found = new Map<string, Ip>();
  for (const ip of answer.map(parseIp)) {
    if (ip !== undefined && (family === 0 || ip.family === family)) found.set(ip.ip, ip);
  }
  const [first, ...others] = alternateFamilies([...found.values()]);
  if (first === undefined) {
    const wanted = family === 0 ? '' : `IPv${family} `;
    throw new NetcoreError('ERR_NAME_NOT_RESOLVED', `${JSON.stringify(name)} has no ${wanted}address`, {
      cause,
      details: { name, family },
    });
  }
  return [first, ...others];
}

/** The family of the first address first, then one of each in turn. */
function alternateFamilies(addresses: readonly Ip[]): Ip[] {
  const preferred = addresses.filter(({ family }) => family === addresses[0]?.family);
  const other = addresses.filter(({ family }) => family !== addresses[0]?.family);
  return Array.from({ length: Math.max(preferred.length, other.length) }, (_, i) => [preferred[i], other[i]])
    .flat()
    .filter((ip) => ip !== undefined);
}

/** The system's resolver cannot be stopped; its answer is ignored then. */
function unlessAborted<T>(operation: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return operation;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortReason(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    operation.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

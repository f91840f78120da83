import { isDiemNetAddress, noiseKeysOf } from '@diemnet/network-address';
import type { NetworkAddress, Peer, PeerId, PeerSet } from '@diemnet/types';
import type { ConfigIssue } from '../errors.js';
import type { NetworkConfig } from './network-config.js';

/** How seeds are looked at. */
export interface SeedOptions {
  /** Accept `/memory/…` addresses, for networks within one process. @default false */
  readonly allowMemory?: boolean | undefined;
}

type Seeds = Pick<NetworkConfig, 'seeds' | 'seed_addrs'>;

/** What is wrong with the seeds: every address must be one that can be dialed, no seed may say nothing. */
export function seedIssues(
  { seeds, seed_addrs }: Seeds,
  { allowMemory = false }: SeedOptions = {},
): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const checkAddresses = (addresses: readonly NetworkAddress[], path: string) =>
    addresses.forEach((address, i) => {
      if (isDiemNetAddress(address, { allowMemory })) return;
      issues.push({
        code: 'ERR_CONFIG_INVALID_SEED',
        path: `${path}[${i}]`,
        expected: 'an address /<ip4|ip6|dns|dns4|dns6>/…/tcp/…/ln-noise-ik/<key>/ln-handshake/0',
        found: JSON.stringify(address),
      });
    });
  for (const [peerId, { addresses, keys }] of seeds) {
    checkAddresses(addresses, `seeds.${peerId}.addresses`);
    if (addresses.length === 0 && keys.size === 0) issues.push(emptySeed(`seeds.${peerId}`));
  }
  for (const [peerId, addresses] of seed_addrs) {
    checkAddresses(addresses, `seed_addrs.${peerId}`);
    if (addresses.length === 0) issues.push(emptySeed(`seed_addrs.${peerId}`));
  }
  return issues;
}

function emptySeed(path: string): ConfigIssue {
  return {
    code: 'ERR_CONFIG_INVALID_SEED',
    path,
    expected: 'at least one key or address',
    found: 'a seed without any',
  };
}

/** What merging found worth telling. */
export interface MergedSeeds {
  readonly seeds: PeerSet;
  /** Peers that `seeds` gives another role than the ValidatorFullNode that `seed_addrs` stands for. */
  readonly roleConflicts: readonly PeerId[];
}

/**
 * One peer set of `seeds` and `seed_addrs` (behaviour 14.4). A peer in `seed_addrs` is a ValidatorFullNode unless
 * `seeds` gives it another role, which stands (D-22). Keys inside addresses are added to each seed's keys.
 */
export function mergeSeeds({ seeds, seed_addrs }: Seeds): MergedSeeds {
  const merged = new Map<PeerId, Peer>();
  const roleConflicts: PeerId[] = [];
  for (const [peerId, seed] of seeds) merged.set(peerId, withKeysOfAddresses(seed));
  for (const [peerId, addresses] of seed_addrs) {
    const seed = merged.get(peerId);
    const role = seed === undefined || seed.role === 'Unknown' ? 'ValidatorFullNode' : seed.role;
    if (role !== 'ValidatorFullNode') roleConflicts.push(peerId);
    merged.set(
      peerId,
      withKeysOfAddresses({
        addresses: [...new Set([...(seed?.addresses ?? []), ...addresses])],
        keys: seed?.keys ?? new Set(),
        role,
      }),
    );
  }
  return { seeds: merged, roleConflicts };
}

function withKeysOfAddresses(peer: Peer): Peer {
  return {
    ...peer,
    keys: new Set([...peer.keys, ...peer.addresses.flatMap((address) => noiseKeysOf(address))]),
  };
}

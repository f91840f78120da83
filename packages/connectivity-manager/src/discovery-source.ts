/** Who told us about a peer. */
export type DiscoverySource = 'OnChainValidatorSet' | 'File' | 'Config';

/** Sources in order of priority: addresses of the first are dialed first, and its role counts. */
export const DISCOVERY_SOURCES: readonly DiscoverySource[] = Object.freeze([
  'OnChainValidatorSet',
  'File',
  'Config',
] as const);

import type { NetworkAddress } from '@diemnet/types';
import { ConfigError, type ConfigIssue } from '../../src/index.js';

export const PEER = '3e6df9eea6ed269eb41d93c22757b75a';
export const PUBLIC_KEY = '6bc3822a2aa7f4e6981d6538692b3cdf3e6df9eea6ed269eb41d93c22757b75a';
export const OTHER_PEER = 'ed0fbe48656dcf4767e4834f701b8f62';
export const OTHER_KEY = '31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62';
export const ADDRESS = `/ip4/10.0.0.1/tcp/6180/ln-noise-ik/${PUBLIC_KEY}/ln-handshake/0` as NetworkAddress;
/** Public key of the private key of 32 zero bytes, and the PeerId derived from it. */
export const ZERO_PRIVATE_KEY = '0'.repeat(64);
export const ZERO_KEYS_PEER = '30fff684afc4cfc2ed90995f58cb3b74';

/** The ConfigError that `action` throws. */
export function configError(action: () => unknown): ConfigError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new TypeError('nothing was thrown');
}

/** The issues of the ConfigError that `action` throws. */
export function issuesOf(action: () => unknown): readonly ConfigIssue[] {
  return configError(action).details?.issues ?? [];
}

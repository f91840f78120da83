import { nodeFileSystem, type FileSystem } from './file-system.js';
import type { PollOptions } from './options.js';
import { poll, type PollComponents } from './poll.js';

/** Options of {@link pollFile}. */
export interface PollFileOptions extends PollOptions, PollComponents {
  /** @default nodeFileSystem */
  readonly fileSystem?: Pick<FileSystem, 'readFile'>;
}

/**
 * Reconfigurations from a file that holds BCS of the current ValidatorSet, raw.
 * @example new OnChainDiscovery({ reconfigurations: pollFile('/var/diem/validator-set.bcs', { intervalMs: 5000 }), … })
 * @throws DiscoveryError `ERR_INVALID_DISCOVERY_OPTIONS`
 */
export function pollFile(
  path: string,
  { fileSystem = nodeFileSystem, ...options }: PollFileOptions,
): AsyncIterable<Uint8Array> {
  return poll(path, (readOptions) => fileSystem.readFile(path, readOptions), options);
}

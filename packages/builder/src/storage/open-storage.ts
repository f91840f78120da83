import { isAbsolute, resolve } from 'node:path';
import { systemTime, type TimeService } from '@diemnet/types';
import type { SecureBackend } from '../config/secure-backend.js';
import { DEFAULT_BASE_CONFIG } from '../config/node-config.js';
import { GitHubStorage } from './git-hub-storage.js';
import { nodeHttpClient, type HttpClient } from './http-client.js';
import { InMemoryStorage } from './in-memory-storage.js';
import { OnDiskStorage } from './on-disk-storage.js';
import type { SecretStorage } from './storage.js';
import { VaultStorage } from './vault-storage.js';

/** What backends are opened with. */
export interface OpenStorageOptions {
  /** Relative paths start here. @default /opt/diem/data */
  readonly dataDir?: string | undefined;
  /** Makes the requests of `vault` and `git_hub`. @default Node's own client */
  readonly http?: HttpClient | undefined;
  /** What `in_memory_storage` stands for. @default an empty one */
  readonly inMemory?: SecretStorage | undefined;
  /** @default systemTime */
  readonly time?: TimeService | undefined;
}

/** The storage that a backend of the configuration stands for. Nothing is read yet. */
export function openStorage(
  backend: SecureBackend,
  {
    dataDir = DEFAULT_BASE_CONFIG.data_dir,
    http = nodeHttpClient,
    inMemory,
    time = systemTime,
  }: OpenStorageOptions = {},
): SecretStorage {
  switch (backend.type) {
    case 'vault':
      return new VaultStorage(backend, { http, time });
    case 'git_hub':
      return new GitHubStorage(backend, { http, time });
    case 'on_disk_storage':
      return new OnDiskStorage({
        path: isAbsolute(backend.path) ? backend.path : resolve(dataDir, backend.path),
        namespace: backend.namespace,
        time,
      });
    case 'in_memory_storage':
      return inMemory ?? new InMemoryStorage();
  }
}

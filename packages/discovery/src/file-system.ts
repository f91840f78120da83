import { watch } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { WaitOptions } from '@diemnet/types';
import { DiscoveryError } from './errors.js';

/** Options of {@link FileSystem.readFile}. */
export interface ReadFileOptions extends WaitOptions {
  readonly maxBytes: number;
}

/** Notices of a {@link FileSystem}. */
export interface WatchHandlers {
  /** The file may have changed. Too many notices are fine, as are some for its neighbours. */
  onChange(): void;
  /** There will be no more notices. */
  onError(error: Error): void;
}

/** What discovery needs of a file system, so that tests need none. */
export interface FileSystem {
  /** Rejects above `maxBytes` with `ERR_DISCOVERY_INPUT_TOO_LARGE`. */
  readFile(path: string, options: ReadFileOptions): Promise<Uint8Array>;
  /** Throws if it cannot watch. */
  watch(path: string, handlers: WatchHandlers): { close(): void };
}

/** The file system of Node.js. */
export const nodeFileSystem: FileSystem = Object.freeze({
  async readFile(path: string, { maxBytes, signal }: ReadFileOptions): Promise<Uint8Array> {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > maxBytes) throw tooLarge(path, maxBytes);
      const content = await file.readFile({ ...(signal && { signal }) });
      if (content.length > maxBytes) throw tooLarge(path, maxBytes);
      return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
    } finally {
      await file.close();
    }
  },

  /** Watches the folder: editors and mounted configurations replace the file, which ends a watcher of its own. */
  watch(path: string, { onChange, onError }: WatchHandlers): { close(): void } {
    const watcher = watch(dirname(resolve(path)), { persistent: false }, () => onChange());
    watcher.on('error', onError);
    return watcher;
  },
});

function tooLarge(path: string, maxBytes: number): DiscoveryError {
  return new DiscoveryError('ERR_DISCOVERY_INPUT_TOO_LARGE', `${path} has more than ${maxBytes} bytes`);
}

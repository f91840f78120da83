import { MemsocketError } from './errors.js';

/** How in-memory sockets behave. */
export interface MemorySocketOptions {
  /**
   * Bytes one direction may hold before `write` answers false. `onDrain` follows at half of it.
   * @default 65536
   */
  readonly highWaterMarkBytes?: number;
  /**
   * Runs `callback` later, never before it returns. Everything that a handler hears goes through it, so that a
   * simulator can put its own queue here. A callback that is not run delays the socket and loses nothing.
   * @default queueMicrotask
   */
  readonly deliver?: (callback: () => void) => void;
}

/** {@link MemorySocketOptions} with every field present. */
export type ResolvedMemorySocketOptions = Required<MemorySocketOptions>;

/** What holds where nothing is said. */
export const DEFAULT_MEMORY_SOCKET_OPTIONS: ResolvedMemorySocketOptions = Object.freeze({
  highWaterMarkBytes: 64 * 1024,
  deliver: (callback: () => void) => queueMicrotask(callback),
});

/** Options with the defaults filled in. @throws MemsocketError `ERR_INVALID_OPTION` */
export function resolveMemorySocketOptions(options: MemorySocketOptions = {}): ResolvedMemorySocketOptions {
  const {
    highWaterMarkBytes = DEFAULT_MEMORY_SOCKET_OPTIONS.highWaterMarkBytes,
    deliver = DEFAULT_MEMORY_SOCKET_OPTIONS.deliver,
  } = options;
  if (!(highWaterMarkBytes >= 0)) {
    throw new MemsocketError('ERR_INVALID_OPTION', 'highWaterMarkBytes must be a number from 0 up');
  }
  return { highWaterMarkBytes, deliver };
}

/** How a {@link NoiseStream} sends. */
export interface NoiseStreamOptions {
  /**
   * Sends what is written at the end of the current turn. When false, only `flush` and `end` send what does not
   * fill a frame.
   * @default true
   */
  readonly autoFlush?: boolean;
  /**
   * Runs `callback` later in this turn, never before it returns; a simulator puts its own queue here.
   * @default queueMicrotask
   */
  readonly defer?: (callback: () => void) => void;
}

/** {@link NoiseStreamOptions} with every field present. */
export type ResolvedNoiseStreamOptions = Required<NoiseStreamOptions>;

/** What holds where nothing is said. */
export const DEFAULT_NOISE_STREAM_OPTIONS: ResolvedNoiseStreamOptions = Object.freeze({
  autoFlush: true,
  defer: (callback: () => void) => queueMicrotask(callback),
});

/** Options with the defaults filled in. */
export function resolveNoiseStreamOptions(options: NoiseStreamOptions = {}): ResolvedNoiseStreamOptions {
  const { autoFlush = DEFAULT_NOISE_STREAM_OPTIONS.autoFlush, defer = DEFAULT_NOISE_STREAM_OPTIONS.defer } =
    options;
  return { autoFlush, defer };
}

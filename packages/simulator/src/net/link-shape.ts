import { SimulatorError } from '../errors.js';

/** What a link does to the bytes that pass it, in one direction. */
export interface LinkShape {
  /** One way, in milliseconds. @default 10 */
  readonly latencyMs: number;
  /** Added to the latency of each segment, uniform from 0 to this; segments do not overtake. @default 2 */
  readonly jitterMs: number;
  /** @default Infinity */
  readonly bytesPerSecond: number;
  /** Longest segment; 1 delivers byte by byte. @default 65536 */
  readonly chunkBytes: number;
  /** Segments are of any length from 1 to `chunkBytes`. @default false */
  readonly randomChunks: boolean;
  /** Bytes of one connection that may be under way or unread before the sender has to wait. @default 262144 */
  readonly windowBytes: number;
}

/** A link in a data centre, more or less. */
export const DEFAULT_LINK_SHAPE: LinkShape = Object.freeze({
  latencyMs: 10,
  jitterMs: 2,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  chunkBytes: 64 * 1024,
  randomChunks: false,
  windowBytes: 256 * 1024,
});

const LOWEST: Readonly<Record<Exclude<keyof LinkShape, 'randomChunks'>, number>> = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: 1,
  chunkBytes: 1,
  windowBytes: 1,
};

/** `shape` with what it leaves out taken from `base`. @throws SimulatorError `ERR_SIMULATOR_INVALID_OPTION` */
export function resolveLinkShape(shape: Partial<LinkShape> = {}, base = DEFAULT_LINK_SHAPE): LinkShape {
  const resolved: LinkShape = { ...base, ...shape };
  for (const [name, lowest] of Object.entries(LOWEST)) {
    const value = resolved[name as keyof typeof LOWEST];
    if (!(value >= lowest)) {
      throw new SimulatorError('ERR_SIMULATOR_INVALID_OPTION', `${name} is at least ${lowest}, got ${value}`);
    }
  }
  return resolved;
}

import type { Counter, MetricFamily, Metrics } from '@diemnet/types';
import { ChannelError } from './errors.js';

/**
 * What a key's queue delivers first, and what it drops when it is full (DiemNet behaviour, section 2).
 *
 * - `fifo`: oldest first; drops the new message
 * - `lifo`: newest first; drops the oldest
 * - `klast`: oldest first; drops the oldest
 */
export type QueueStyle = 'fifo' | 'lifo' | 'klast';

/** Styles, for validation. */
export const QUEUE_STYLES: readonly QueueStyle[] = Object.freeze(['fifo', 'lifo', 'klast'] as const);

/** Options of a KeyedChannel. */
export interface KeyedChannelOptions<K, M> {
  readonly style: QueueStyle;
  /** Messages that may wait per key, at least 1. */
  readonly capacity: number;
  /** Bytes that may wait per key, by `sizeOf`; a message above it is never accepted. @default no bound */
  readonly maxBytesPerKey?: number | undefined;
  /** Size of a message in bytes. Needed with `maxBytesPerKey`. */
  readonly sizeOf?: ((message: M) => number) | undefined;
  /** Counts messages by the label `state`, see {@link channelCounters}. @default counts nothing */
  readonly counters?: MetricFamily<Counter> | undefined;
  /** Told of every message that is dropped. Must not throw. */
  readonly onDropped?: ((key: K, message: M) => void) | undefined;
}

/**
 * Checks options and returns them with the defaults filled in.
 * @throws ChannelError `ERR_CHANNEL_INVALID_OPTION`
 */
export function resolveKeyedChannelOptions<K, M>(
  options: KeyedChannelOptions<K, M>,
): {
  readonly style: QueueStyle;
  readonly capacity: number;
  readonly maxBytesPerKey: number;
  readonly sizeOf: ((message: M) => number) | undefined;
  readonly counters: MetricFamily<Counter> | undefined;
  readonly onDropped: ((key: K, message: M) => void) | undefined;
} {
  const { style, capacity, maxBytesPerKey = Number.POSITIVE_INFINITY, sizeOf, counters, onDropped } = options;
  if (!QUEUE_STYLES.includes(style)) throw invalid('style', `one of ${QUEUE_STYLES.join(', ')}`);
  checkCapacity(capacity);
  if (!(maxBytesPerKey > 0)) throw invalid('maxBytesPerKey', 'a positive number');
  if (maxBytesPerKey !== Number.POSITIVE_INFINITY && sizeOf === undefined) {
    throw invalid('sizeOf', 'given together with maxBytesPerKey');
  }
  return { style, capacity, maxBytesPerKey, sizeOf, counters, onDropped };
}

/** @throws ChannelError `ERR_CHANNEL_INVALID_OPTION` unless an integer of at least 1 */
export function checkCapacity(capacity: number): void {
  if (!Number.isSafeInteger(capacity) || capacity < 1) throw invalid('capacity', 'an integer of at least 1');
}

/** The counters of a keyed channel: one metric with the label `state` (DiemNet observability, section 1). */
export function channelCounters(metrics: Metrics, name: string, help: string): MetricFamily<Counter> {
  return metrics.counter({ name, help, labelNames: ['state'] });
}

function invalid(option: string, expected: string): ChannelError {
  return new ChannelError('ERR_CHANNEL_INVALID_OPTION', `${option} must be ${expected}`, {
    details: { option },
  });
}

/**
 * Bounded queues between the parts of a node: one queue per key with the keys taking turns, and a plain one with
 * back-pressure and a gauge.
 *
 * Layer 0: uses only `@diemnet/types`.
 *
 * @example
 * const channel = new KeyedChannel<string, number>({ style: 'fifo', capacity: 8 });
 * channel.push('a', 1);
 * channel.pop(); // { key: 'a', message: 1 }
 *
 * @packageDocumentation
 */
export { ChannelReceiver } from './channel-receiver.js';
export { ChannelError } from './errors.js';
export type { ChannelErrorCode } from './errors.js';
export { GaugedChannel } from './gauged-channel.js';
export type { GaugedChannelOptions } from './gauged-channel.js';
export type { DeliveryStatus, Feedback, KeyedMessage } from './key-queue.js';
export { KeyedChannel } from './keyed-channel.js';
export type { KeyedSender } from './keyed-sender.js';
export { QUEUE_STYLES, channelCounters } from './options.js';
export type { KeyedChannelOptions, QueueStyle } from './options.js';

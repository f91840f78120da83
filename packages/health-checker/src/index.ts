/**
 * Ping and pong liveness of every connected peer.
 *
 * Layer 5: an application of `@diemnet/network`, with protocol 5.
 *
 * @example
 * const healthChecker = createHealthChecker({ registry: peerManager, peerManager, context });
 * healthChecker.start();
 * healthChecker.roundTripTime(peerId); // milliseconds
 *
 * @packageDocumentation
 */
export { createHealthChecker } from './create-health-checker.js';
export { HealthCheckerError } from './errors.js';
export type { HealthCheckerErrorCode } from './errors.js';
export { HealthChecker } from './health-checker.js';
export type { HealthCheckerComponents } from './health-checker.js';
export { healthCheckerApplication, healthCheckerCodec } from './health-checker-msg.js';
export type { HealthCheckerMsg } from './health-checker-msg.js';
export { DEFAULT_HEALTH_CHECKER_OPTIONS, resolveHealthCheckerOptions } from './options.js';
export type { HealthCheckerOptions, ResolvedHealthCheckerOptions } from './options.js';

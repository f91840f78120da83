import { registerApplication, type ApplicationComponents } from '@diemnet/network';
import { HealthChecker, type HealthCheckerComponents } from './health-checker.js';
import { healthCheckerApplication } from './health-checker-msg.js';
import type { HealthCheckerOptions } from './options.js';

/**
 * A HealthChecker that has registered its protocol; start it with the network.
 * @throws NetworkError `ERR_PROTOCOL_CLASH`; HealthCheckerError `ERR_INVALID_OPTION`
 * @example
 * const healthChecker = createHealthChecker({ registry: peerManager, peerManager, context });
 */
export function createHealthChecker(
  components: ApplicationComponents & Pick<HealthCheckerComponents, 'activity' | 'rng'>,
  options: HealthCheckerOptions = {},
): HealthChecker {
  const { context, time, rng, logger, metrics, activity } = components;
  const { sender, events } = registerApplication(components, healthCheckerApplication());
  return new HealthChecker({ context, sender, events, activity, time, rng, logger, metrics }, options);
}

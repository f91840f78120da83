import { SimulatorError } from './errors.js';

/** Milliseconds, or a text such as `250ms`, `90s`, `5m`, `1h`. */
export type Duration = number | `${number}ms` | `${number}s` | `${number}m` | `${number}h`;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration in milliseconds. @throws SimulatorError `ERR_SIMULATOR_INVALID_OPTION` */
export function durationMs(duration: Duration): number {
  if (typeof duration === 'number') return duration;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration);
  if (match === null) {
    throw new SimulatorError('ERR_SIMULATOR_INVALID_OPTION', `${JSON.stringify(duration)} is no duration`);
  }
  return Number(match[1]) * (UNIT_MS[match[2] as string] as number);
}

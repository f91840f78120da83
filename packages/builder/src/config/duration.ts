import type { ConfigCursor } from './config-cursor.js';

const NANOS_PER_SECOND = 1_000_000_000;

/** A span of time as the YAML has it: `{secs: 1, nanos: 500000000}` is one and a half seconds. */
export interface ConfigDuration {
  readonly secs: number;
  readonly nanos: number;
}

/** Milliseconds of a duration. */
export function durationToMs({ secs, nanos }: ConfigDuration): number {
  return secs * 1000 + nanos / 1e6;
}

/** The duration of so many milliseconds. */
export function durationFromMs(ms: number): ConfigDuration {
  const secs = Math.floor(ms / 1000);
  return { secs, nanos: Math.round((ms - secs * 1000) * 1e6) };
}

/** Reads `{secs, nanos}` of an interval, which must not be zero. */
export function readInterval(at: ConfigCursor): ConfigDuration | undefined {
  const fields = at.fields('an interval {secs: <u64>, nanos: <u32>}');
  if (fields === undefined) return undefined;
  const secs = fields.required('secs', (field) => field.integer());
  const nanos = fields.required('nanos', (field) => field.integer(0, NANOS_PER_SECOND - 1));
  fields.finish();
  if (secs === undefined || nanos === undefined) return undefined;
  return secs + nanos > 0 ? { secs, nanos } : at.reject('an interval above zero');
}

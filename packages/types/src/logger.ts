/** Levels, from the most to the least talkative. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** Structured facts of a log event, under the keys of observability 4. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What DiemNet logs to: pino fits as it is, and so does a wrapper of console. */
export interface Logger {
  trace(fields: LogFields, message: string): void;
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger that adds `fields` to every event. */
  child(fields: LogFields): Logger;
  /** False if events of this level go nowhere; absent means that all are wanted. */
  isLevelEnabled?(level: LogLevel): boolean;
}

/** Logs nothing: the default everywhere. */
export const silentLogger: Logger = Object.freeze({
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
  isLevelEnabled: () => false,
});

import type { LogFields, LogLevel, Logger } from '../logger.js';

/** One log event as a test sees it. */
export interface LoggedEvent {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps what it was told. */
export class RecordingLogger implements Logger {
  readonly events: LoggedEvent[];
  readonly #fields: LogFields;

  constructor(events: LoggedEvent[] = [], fields: LogFields = {}) {
    this.events = events;
    this.#fields = fields;
  }

  trace(fields: LogFields, message: string): void {
    this.#record('trace', fields, message);
  }

  debug(fields: LogFields, message: string): void {
    this.#record('debug', fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#record('info', fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#record('warn', fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#record('error', fields, message);
  }

  child(fields: LogFields): Logger {
    return new RecordingLogger(this.events, { ...this.#fields, ...fields });
  }

  isLevelEnabled(): boolean {
    return true;
  }

  /** Events of one level, or of all. */
  at(level?: LogLevel): LoggedEvent[] {
    return level === undefined ? this.events : this.events.filter((event) => event.level === level);
  }

  #record(level: LogLevel, fields: LogFields, message: string): void {
    this.events.push({ level, message, fields: { ...this.#fields, ...fields } });
  }
}

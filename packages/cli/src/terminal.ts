/** Where a command writes and what ends it: the process, or a test's double. */
export interface Terminal {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** True if standard output is a terminal that a person watches. */
  readonly interactive: boolean;
  readonly columns: number;
  /** True if colours are wanted: a terminal, and NO_COLOR is not set. */
  readonly colours: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls `listener` on SIGINT and SIGTERM. Returns the way to stop listening. */
  onInterrupt(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Calls `listener` on SIGHUP. Returns the way to stop listening. */
  onReload?(listener: () => void): () => void;
}

const CODES = { green: 32, red: 31, dim: 2, bold: 1 } as const;

/** Colours text where colours are wanted. */
export function painter(colours: boolean): (colour: keyof typeof CODES, text: string) => string {
  return (colour, text) => (colours ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text);
}

/** The real process. A closed pipe on the other side ends output quietly instead of crashing. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {});
  }
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stdout.isTTY === true,
    get columns() {
      return process.stdout.columns ?? 100;
    },
    colours: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    env: process.env,
    onInterrupt(listener) {
      const onInt = () => listener('SIGINT');
      const onTerm = () => listener('SIGTERM');
      process.on('SIGINT', onInt);
      process.on('SIGTERM', onTerm);
      return () => {
        process.off('SIGINT', onInt);
        process.off('SIGTERM', onTerm);
      };
    },
    onReload(listener) {
      process.on('SIGHUP', listener);
      return () => void process.off('SIGHUP', listener);
    },
  };
}

/** Resolves at the first interrupt. */
export function untilInterrupted(terminal: Terminal): { readonly promise: Promise<void>; cancel(): void } {
  let cancel = () => {};
  const promise = new Promise<void>((resolve) => {
    const stop = terminal.onInterrupt(() => {
      stop();
      resolve();
    });
    cancel = () => {
      stop();
      resolve();
    };
  });
  return { promise, cancel: () => cancel() };
}

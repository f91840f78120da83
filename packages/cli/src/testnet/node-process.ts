import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A line that a node printed, as JSON. */
export type NodeEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** How a node's process ended. */
export interface NodeExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Lines of stderr kept to explain a failure. */
const KEPT_STDERR_LINES = 20;

/**
 * One node as a process of its own. It watches its standard input, so that it stops by itself
 * when this process disappears, however that happens.
 */
export class NodeProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #stderr: string[] = [];
  readonly exited: Promise<NodeExit>;
  #exit: NodeExit | undefined;

  constructor(options: {
    readonly name: string;
    readonly configFile: string;
    /** The program and arguments that run `diemnet`. */
    readonly command: readonly [string, ...string[]];
    /** Further arguments of `diemnet node`. */
    readonly extraArguments?: readonly string[];
    onEvent(event: NodeEvent): void;
    onExit(exit: NodeExit): void;
  }) {
    this.name = options.name;
    const [program, ...args] = options.command;
    this.#child = spawn(
      program,
      [
        ...args,
        'node',
        '-f',
        options.configFile,
        '--demo',
        '--json',
        '--follow-stdin',
        ...(options.extraArguments ?? []),
      ],
      // A process group of its own: Ctrl-C in the terminal reaches us alone, and we stop the nodes in order.
      { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
    );
    this.#child.stdin?.on('error', () => {});
    lines(this.#child.stdout, (line) => {
      const event = parseEvent(line);
      if (event !== undefined) options.onEvent(event);
    });
    lines(this.#child.stderr, (line) => {
      this.#stderr.push(line);
      if (this.#stderr.length > KEPT_STDERR_LINES) this.#stderr.shift();
    });
    this.exited = new Promise((resolve) => {
      const done = (exit: NodeExit) => {
        if (this.#exit !== undefined) return;
        this.#exit = exit;
        options.onExit(exit);
        resolve(exit);
      };
      this.#child.once('error', (error) => {
        this.#stderr.push(error.message);
        done({ code: null, signal: null });
      });
      this.#child.once('close', (code, signal) => done({ code, signal }));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** The last lines it wrote to standard error. */
  get stderr(): readonly string[] {
    return this.#stderr;
  }

  /** Sends a command line (`drain`, `stop`). */
  command(text: string): void {
    if (this.running) this.#child.stdin?.write(`${text}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }
}

function lines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (stream === null) return;
  const reader = createInterface({ input: stream, crlfDelay: Infinity });
  reader.on('line', onLine);
  reader.on('error', () => {});
}

function parseEvent(line: string): NodeEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && typeof (value as NodeEvent).event === 'string') {
      return value as NodeEvent;
    }
  } catch {
    // Not an event; nodes print nothing else on stdout with --json.
  }
  return undefined;
}

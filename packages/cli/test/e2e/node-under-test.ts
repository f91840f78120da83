import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

export const DIEMNET = path.resolve(__dirname, '../../bin/diemnet.js');

if (!existsSync(path.resolve(__dirname, '../../dist/index.js'))) {
  throw new Error('the CLI is not built: run "npm run compile" first, as "npm test" does');
}

export type JsonLine = { readonly event: string } & Record<string, unknown>;

/** A `diemnet` process whose JSON lines a test can wait for. */
export class ProcessUnderTest {
  readonly child: ChildProcess;
  readonly lines: JsonLine[] = [];
  stdout = '';
  stderr = '';
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #wake: () => void = () => {};
  #gone = false;

  /** `prefix`: the program and arguments that run it, e.g. in another network namespace. */
  constructor(args: readonly string[], prefix: readonly string[] = []) {
    const [program, ...rest] = [...prefix, process.execPath, DIEMNET, ...args] as [string, ...string[]];
    // A process group of its own, as a terminal gives it.
    this.child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.stdout += `${line}\n`;
      if (line.startsWith('{')) this.lines.push(JSON.parse(line) as JsonLine);
      this.#wake();
    });
    this.exited = new Promise((resolve) =>
      this.child.once('close', (code, signal) => {
        this.#gone = true;
        this.#wake();
        resolve({ code, signal });
      }),
    );
  }

  /** The first line that fits, which may have been printed already. */
  async line(fits: (line: JsonLine) => boolean): Promise<JsonLine> {
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) return found;
      if (this.#gone) throw new Error(`the process ended without that line: ${this.stderr}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Waits until it has said this on its standard error. */
  async untilStderr(text: string): Promise<void> {
    while (!this.stderr.includes(text)) {
      if (this.#gone) throw new Error(`the process ended without saying "${text}": ${this.stderr}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** What Ctrl-C in a terminal does: SIGINT to the whole process group. */
  async interruptGroup(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (!this.#gone) process.kill(-(this.child.pid as number), 'SIGINT');
    return this.exited;
  }

  async stop(
    signal: NodeJS.Signals = 'SIGTERM',
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (!this.#gone) this.child.kill(signal);
    return this.exited;
  }
}

/** A folder for one test file, removed at its end. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'diemnet-test-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export async function writeConfig(folder: string, name: string, yaml: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, yaml);
  return file;
}

import type { Terminal } from '../src/terminal.js';

/** A terminal that keeps what a command writes. */
export class RecordingTerminal implements Terminal {
  stdout = '';
  stderr = '';
  readonly interactive = false;
  readonly columns = 100;
  readonly colours = false;
  readonly env = {};
  readonly #listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }

  onInterrupt(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  interrupt(): void {
    for (const listener of [...this.#listeners]) listener('SIGINT');
  }
}

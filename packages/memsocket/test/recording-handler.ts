import type { SocketHandler } from '@diemnet/types';

/** A handler that keeps what it hears, in order. */
export class RecordingHandler implements SocketHandler {
  readonly events: string[] = [];
  readonly bytes: number[] = [];
  closeError: Error | undefined;

  onData(chunk: Uint8Array): void {
    this.events.push(`data ${chunk.length}`);
    this.bytes.push(...chunk);
  }

  onEnd(): void {
    this.events.push('end');
  }

  onDrain(): void {
    this.events.push('drain');
  }

  onClose(error: Error | undefined): void {
    this.events.push('close');
    this.closeError = error;
  }
}

/** A `deliver` whose callbacks run when told to. */
export class ManualDelivery {
  #due: (() => void)[] = [];

  readonly deliver = (callback: () => void): void => {
    this.#due.push(callback);
  };

  get pending(): number {
    return this.#due.length;
  }

  /** Runs everything that is due, and what that makes due. */
  run(): void {
    for (let turns = 0; this.#due.length > 0; turns++) {
      if (turns > 10_000) throw new RangeError('the sockets never come to rest');
      const due = this.#due;
      this.#due = [];
      for (const callback of due) callback();
    }
  }
}

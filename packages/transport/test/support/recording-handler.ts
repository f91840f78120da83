import type { SocketHandler } from '@diemnet/types';

/** Keeps what a socket delivers, as text per event. */
export class RecordingHandler implements SocketHandler {
  readonly events: string[] = [];
  onFirstData: (() => void) | undefined;

  get bytes(): number[] {
    return this.events.flatMap(
      (event) => (event.startsWith('data ') ? JSON.parse(event.slice(5)) : []) as number[],
    );
  }

  onData(chunk: Uint8Array): void {
    this.events.push(`data ${JSON.stringify(Array.from(chunk))}`);
    this.onFirstData?.();
    this.onFirstData = undefined;
  }

  onEnd(): void {
    this.events.push('end');
  }

  onDrain(): void {
    this.events.push('drain');
  }

  onClose(error: Error | undefined): void {
    this.events.push(error === undefined ? 'close' : `close ${error.message}`);
  }
}

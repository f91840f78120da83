interface Reader {
  /** The latest payload that the reader has not taken. */
  pending: Uint8Array | undefined;
  wake: (() => void) | undefined;
  done: boolean;
}

/**
 * Reconfigurations that a program publishes: hand it to networks that discover peers on chain, and publish every
 * validator set there is (BCS, DiemNet wire format, section 15). Any number of networks can read; each gets the
 * latest set, also one that was published before it began, and skips those that it was too slow for.
 *
 * @example
 * const reconfigurations = new ReconfigurationFeed();
 * const node = await createNode(config, { chainId, reconfigurations });
 * reconfigurations.publish(validatorSetBytes);
 */
export class ReconfigurationFeed implements AsyncIterable<Uint8Array> {
  readonly #readers = new Set<Reader>();
  #latest: Uint8Array | undefined;
  #closed = false;

  /** Replaces what readers have not taken yet. The payload must not change any more. */
  publish(payload: Uint8Array): void {
    this.#latest = payload;
    for (const reader of this.#readers) {
      reader.pending = payload;
      reader.wake?.();
    }
  }

  /** Readers take what is pending, and then their stream ends. May be called twice. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) reader.wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const reader: Reader = { pending: this.#latest, wake: undefined, done: false };
    this.#readers.add(reader);
    const end = (): IteratorResult<Uint8Array> => {
      reader.done = true;
      this.#readers.delete(reader);
      reader.wake?.();
      return { done: true, value: undefined };
    };
    return {
      next: async () => {
        while (!reader.done) {
          const { pending } = reader;
          reader.pending = undefined;
          if (pending !== undefined) return { done: false, value: pending };
          if (this.#closed) return end();
          await new Promise<void>((resolve) => (reader.wake = resolve));
          reader.wake = undefined;
        }
        return end();
      },
      return: async () => end(),
    };
  }
}

/** A promise with a deadline. */
export interface Watched {
  readonly what: string;
  readonly deadlineMs: number;
  /** While it is true the deadline does not count: the node is paused or gone. */
  readonly excused: () => boolean;
}

/** Promises that have to settle by their deadlines, whatever becomes of them. */
export class WatchList {
  readonly #watched = new Set<Watched>();

  get size(): number {
    return this.#watched.size;
  }

  add(promise: Promise<unknown>, watched: Watched): void {
    this.#watched.add(watched);
    const settle = () => this.#watched.delete(watched);
    promise.then(settle, settle);
  }

  /** One that has not settled although its deadline is past. */
  overdue(nowMs: number): Watched | undefined {
    for (const watched of this.#watched) {
      if (watched.deadlineMs < nowMs && !watched.excused()) return watched;
    }
    return undefined;
  }
}

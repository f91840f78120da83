/** Something that happens at a moment of virtual time. */
export interface VirtualEvent {
  /** Milliseconds since the start. */
  at: number;
  /** Breaks ties: what was scheduled first happens first. */
  order: number;
  /** Undefined once cancelled. */
  run: (() => void) | undefined;
}

/** A binary heap of events, earliest first. Adding and taking cost O(log n), cancelling nothing. */
export class EventHeap {
  #events: VirtualEvent[] = [];
  #cancelled = 0;

  /** Events that will happen. */
  get size(): number {
    return this.#events.length - this.#cancelled;
  }

  push(event: VirtualEvent): void {
    const events = this.#events;
    let at = events.length;
    events.push(event);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = events[above] as VirtualEvent;
      if (isBefore(parent, event)) break;
      events[at] = parent;
      at = above;
    }
    events[at] = event;
  }

  /** The earliest event that was not cancelled, left in place. */
  peek(): VirtualEvent | undefined {
    for (let first = this.#events[0]; first !== undefined; first = this.#events[0]) {
      if (first.run !== undefined) return first;
      this.#cancelled--;
      this.#removeFirst();
    }
    return undefined;
  }

  /** Takes what {@link peek} returned. */
  pop(): VirtualEvent | undefined {
    const first = this.peek();
    if (first !== undefined) this.#removeFirst();
    return first;
  }

  /** It will not happen. It stays in the heap until its time, or until half of the heap is like it. */
  cancel(event: VirtualEvent): void {
    if (event.run === undefined) return;
    event.run = undefined;
    this.#cancelled++;
    if (this.#cancelled > 1024 && this.#cancelled * 2 > this.#events.length) this.#compact();
  }

  #removeFirst(): void {
    const events = this.#events;
    const last = events.pop() as VirtualEvent;
    if (events.length > 0) this.#siftDown(0, last);
  }

  #siftDown(from: number, event: VirtualEvent): void {
    const events = this.#events;
    const { length } = events;
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= length) break;
      if (below + 1 < length && isBefore(events[below + 1] as VirtualEvent, events[below] as VirtualEvent)) {
        below++;
      }
      const child = events[below] as VirtualEvent;
      if (isBefore(event, child)) break;
      events[at] = child;
      at = below;
    }
    events[at] = event;
  }

  #compact(): void {
    this.#events = this.#events.filter((event) => event.run !== undefined);
    this.#cancelled = 0;
    for (let at = (this.#events.length >> 1) - 1; at >= 0; at--) {
      this.#siftDown(at, this.#events[at] as VirtualEvent);
    }
  }
}

function isBefore(a: VirtualEvent, b: VirtualEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

import type { NodeEvent } from '../model/event.js';

/** The latest events, and those who want to hear of further ones. */
export class EventRing {
  readonly #capacity: number;
  readonly #events: NodeEvent[] = [];
  readonly #listeners = new Set<{ readonly listener: (event: NodeEvent) => void }>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** What is kept, oldest first. */
  get events(): readonly NodeEvent[] {
    return this.#events;
  }

  push(event: NodeEvent): void {
    this.#events.push(event);
    if (this.#events.length > this.#capacity) this.#events.shift();
    for (const { listener } of [...this.#listeners]) listener(event);
  }

  /** Tells what is kept, and then every new event. Returns the way to leave. */
  subscribe(listener: (event: NodeEvent) => void): () => void {
    for (const event of [...this.#events]) listener(event);
    const entry = { listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Forgets the listeners; the events stay. */
  close(): void {
    this.#listeners.clear();
  }
}

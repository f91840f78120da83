import type { ConnectionEvent, ConnectionListener } from './contracts.js';

interface Subscription {
  readonly listener: ConnectionListener;
  readonly queue: ConnectionEvent[];
  delivering: boolean;
  active: boolean;
}

/**
 * One ordered stream of connection events per listener, delivered before the call that caused them returns (D-11).
 *
 * A listener may cause further events from inside its callback: they queue up behind those that it, or another
 * listener, has not heard yet, so that nobody hears of an end before the beginning.
 */
export class ConnectionEvents {
  readonly #subscriptions = new Set<Subscription>();
  readonly #onListenerError: (error: unknown, event: ConnectionEvent) => void;

  /** `onListenerError` is told what a listener threw; the other listeners and events are not affected. */
  constructor(onListenerError: (error: unknown, event: ConnectionEvent) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Adds a listener, which hears `first` before this returns. Returns the way to remove it. */
  subscribe(listener: ConnectionListener, first: Iterable<ConnectionEvent>): () => void {
    const subscription: Subscription = { listener, queue: [...first], delivering: false, active: true };
    this.#subscriptions.add(subscription);
    this.#deliver(subscription);
    return () => {
      subscription.active = false;
      subscription.queue.length = 0;
      this.#subscriptions.delete(subscription);
    };
  }

  emit(event: ConnectionEvent): void {
    // First everybody's queue, then the deliveries: what these cause comes after this event for everybody.
    for (const { queue } of this.#subscriptions) queue.push(event);
    for (const subscription of this.#subscriptions) this.#deliver(subscription);
  }

  #deliver(subscription: Subscription): void {
    if (subscription.delivering) return;
    subscription.delivering = true;
    for (let event = subscription.queue.shift(); event !== undefined; event = subscription.queue.shift()) {
      if (!subscription.active) break;
      try {
        subscription.listener(event);
      } catch (error) {
        this.#onListenerError(error, event);
      }
    }
    subscription.delivering = false;
  }
}

const INITIAL_SLOTS = 2;

/**
 * A double-ended queue: every operation takes constant time (growing, averaged over the pushes that led to it).
 *
 * ```
 *   slots   [ d  e  _  _  _  a  b  c ]      length 5, slots.length 8
 *                          ^head
 *   item i is at (head + i) mod slots.length, which is a power of two: a mask instead of a division
 * ```
 *
 * Slots of items that left are emptied, so that the ring keeps nothing alive.
 */
export class Ring<T> {
  #slots: (T | undefined)[] = new Array<T | undefined>(INITIAL_SLOTS).fill(undefined);
  #head = 0;
  #length = 0;

  /** Items held. */
  get length(): number {
    return this.#length;
  }

  /** Adds an item behind the last. */
  pushBack(item: T): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = item;
    this.#length++;
  }

  /** Takes the first item. */
  popFront(): T | undefined {
    if (this.#length === 0) return undefined;
    const at = this.#head;
    this.#head = (at + 1) & (this.#slots.length - 1);
    return this.#takeAt(at);
  }

  /** Takes the last item. */
  popBack(): T | undefined {
    if (this.#length === 0) return undefined;
    return this.#takeAt((this.#head + this.#length - 1) & (this.#slots.length - 1));
  }

  #takeAt(at: number): T | undefined {
    const item = this.#slots[at];
    this.#slots[at] = undefined;
    this.#length--;
    return item;
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Array<T | undefined>(2 * old.length).fill(undefined);
    for (let i = 0; i < old.length; i++) slots[i] = old[(this.#head + i) & (old.length - 1)];
    this.#slots = slots;
    this.#head = 0;
  }
}

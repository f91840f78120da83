import type { Timer, TimeService } from '@diemnet/types';

/** Told when its time is up, at most once. Must not throw. */
export interface DeadlineTarget {
  onDeadline(): void;
}

/** A deadline that waits in a {@link DeadlineWheel}. */
export interface DeadlineHandle {
  /** On the monotonic clock of the TimeService. */
  readonly atMs: number;
}

interface Entry extends DeadlineHandle {
  readonly target: DeadlineTarget;
  waiting: boolean;
  previous: Entry | undefined;
  next: Entry | undefined;
}

const TICK_MS = 16;
/** Ticks of one turn of the wheel: 16 s, more than most RPCs may take. */
const SLOTS = 1024;

/**
 * Many deadlines on one timer. Adding and removing touch only their slot:
 *
 *   slot = floor(deadline / 16 ms) mod 1024        [ ][a b][ ][c][ ] ... one doubly linked list each
 *                                                      ^ the timer is set for the earliest, exactly
 *
 * A removed deadline may leave the timer as it is: it then fires once in vain and is set anew. Deadlines later than
 * one turn wait in their slot until their turn has come. Without deadlines there is no timer, except while somebody
 * holds the wheel: then the timer of the last deadline runs out, so that one deadline after the other needs but one.
 */
export class DeadlineWheel {
  readonly #time: TimeService;
  readonly #slots: (Entry | undefined)[] = new Array<Entry | undefined>(SLOTS).fill(undefined);
  readonly #onTimer = () => this.#fire();
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** All ticks before it are done. */
  #tick: number;
  #firing = false;
  #size = 0;
  #holders = 0;

  constructor(time: TimeService) {
    this.#time = time;
    this.#tick = tickOf(time.now());
  }

  /** Deadlines that wait. */
  get size(): number {
    return this.#size;
  }

  /** Calls `target` once, `delayMs` from now and not earlier. */
  add(delayMs: number, target: DeadlineTarget): DeadlineHandle {
    const atMs = this.#time.now() + Math.max(0, delayMs);
    const slot = slotOf(tickOf(atMs));
    const next = this.#slots[slot];
    const entry: Entry = { atMs, target, waiting: true, previous: undefined, next };
    if (next !== undefined) next.previous = entry;
    this.#slots[slot] = entry;
    this.#size++;
    if (atMs < this.#timerAt && !this.#firing) this.#arm(atMs);
    return entry;
  }

  /** Forgets a deadline; nothing happens if it has passed or was removed before. */
  remove(handle: DeadlineHandle): void {
    const entry = handle as Entry;
    if (!entry.waiting) return;
    this.#unlink(entry);
    this.#disarmIfUnused();
  }

  /** Keeps the timer when there are no deadlines for a moment. Whoever holds must {@link release}. */
  hold(): void {
    this.#holders++;
  }

  /** Ends a {@link hold}. */
  release(): void {
    this.#holders--;
    this.#disarmIfUnused();
  }

  #fire(): void {
    this.#disarm();
    this.#firing = true;
    const now = this.#time.now();
    for (const entry of this.#takeDue(now)) {
      // One target may have removed another.
      if (!entry.waiting) continue;
      this.#unlink(entry);
      entry.target.onDeadline();
    }
    this.#firing = false;
    if (this.#size > 0) this.#arm(this.#earliest());
  }

  /** Everything due, in the order of the deadlines. */
  #takeDue(now: number): Entry[] {
    const lastTick = tickOf(now);
    const due: Entry[] = [];
    for (let tick = Math.max(this.#tick, lastTick - SLOTS + 1); tick <= lastTick; tick++) {
      for (let entry = this.#slots[slotOf(tick)]; entry !== undefined; entry = entry.next) {
        if (entry.atMs <= now) due.push(entry);
      }
    }
    this.#tick = lastTick;
    return due.sort((a, b) => a.atMs - b.atMs);
  }

  #earliest(): number {
    let later = Number.POSITIVE_INFINITY;
    for (let tick = this.#tick; tick < this.#tick + SLOTS; tick++) {
      let earliest = Number.POSITIVE_INFINITY;
      for (let entry = this.#slots[slotOf(tick)]; entry !== undefined; entry = entry.next) {
        if (tickOf(entry.atMs) <= tick) earliest = Math.min(earliest, entry.atMs);
        else later = Math.min(later, entry.atMs);
      }
      if (earliest < Number.POSITIVE_INFINITY) return earliest;
    }
    return later;
  }

  #arm(atMs: number): void {
    this.#timer?.cancel();
    this.#timerAt = atMs;
    this.#timer = this.#time.schedule(atMs - this.#time.now(), this.#onTimer);
  }

  #disarmIfUnused(): void {
    if (this.#size === 0 && this.#holders === 0 && !this.#firing) this.#disarm();
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #unlink(entry: Entry): void {
    const { previous, next } = entry;
    if (previous === undefined) this.#slots[slotOf(tickOf(entry.atMs))] = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    entry.waiting = false;
    entry.previous = undefined;
    entry.next = undefined;
    this.#size--;
  }
}

function tickOf(atMs: number): number {
  return Math.floor(atMs / TICK_MS);
}

function slotOf(tick: number): number {
  return ((tick % SLOTS) + SLOTS) % SLOTS;
}

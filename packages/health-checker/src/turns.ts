import { startInterval, type TimeService, type Timer } from '@diemnet/types';

/** Steps per interval at most. */
const MAX_STEPS = 16;

/**
 * Gives everybody a turn per interval, spread over it: pinging all peers at one instant would make bursts on both
 * sides (D-24). The first interval begins at once.
 */
export class Turns<Member> {
  readonly #time: TimeService;
  readonly #intervalMs: number;
  readonly #members: () => Member[];
  readonly #onTurn: (member: Member) => void;
  #ticker: Timer | undefined;
  #step: Timer | undefined;
  #waiting: Member[] = [];

  /** `members` is asked at the beginning of every interval for those whose turn comes in it. */
  constructor(components: {
    readonly time: TimeService;
    readonly intervalMs: number;
    readonly members: () => Member[];
    readonly onTurn: (member: Member) => void;
  }) {
    this.#time = components.time;
    this.#intervalMs = components.intervalMs;
    this.#members = components.members;
    this.#onTurn = components.onTurn;
  }

  start(): void {
    this.#ticker = startInterval(this.#time, this.#intervalMs, () => this.#begin());
  }

  stop(): void {
    this.#ticker?.cancel();
    this.#step?.cancel();
    this.#waiting = [];
  }

  #begin(): void {
    this.#step?.cancel();
    // A late clock may have left some over: nobody misses a turn.
    this.#take(this.#waiting.length);
    this.#waiting = this.#members();
    const steps = Math.min(MAX_STEPS, this.#waiting.length);
    if (steps > 0) this.#run(Math.ceil(this.#waiting.length / steps), this.#intervalMs / steps);
  }

  #run(perStep: number, gapMs: number): void {
    this.#take(perStep);
    if (this.#waiting.length > 0) this.#step = this.#time.schedule(gapMs, () => this.#run(perStep, gapMs));
  }

  #take(count: number): void {
    for (const member of this.#waiting.splice(0, count)) this.#onTurn(member);
  }
}

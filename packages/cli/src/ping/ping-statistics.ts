/** Round trips of a series of pings, in milliseconds. */
export class PingStatistics {
  readonly #roundTripsMs: number[] = [];
  #sent = 0;

  sent(): void {
    this.#sent++;
  }

  answered(ms: number): void {
    this.#roundTripsMs.push(ms);
  }

  toJSON(): {
    sent: number;
    received: number;
    lossPercent: number;
    minMs: number | null;
    medianMs: number | null;
    maxMs: number | null;
  } {
    const sorted = [...this.#roundTripsMs].sort((a, b) => a - b);
    const middle = sorted.length / 2;
    const median =
      sorted.length === 0
        ? undefined
        : ((sorted[Math.ceil(middle) - 1] as number) +
            (sorted[Math.floor(middle)] ?? (sorted.at(-1) as number))) /
          2;
    const received = sorted.length;
    return {
      sent: this.#sent,
      received,
      lossPercent: this.#sent === 0 ? 0 : round(((this.#sent - received) / this.#sent) * 100),
      minMs: rounded(sorted[0]),
      medianMs: rounded(median),
      maxMs: rounded(sorted.at(-1)),
    };
  }
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : round(ms);
}

/** To three digits: microseconds, or thousandths of a percent. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

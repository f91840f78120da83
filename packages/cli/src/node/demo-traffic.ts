/** Round trips kept per peer to tell the median from. */
const KEPT_ROUND_TRIPS = 256;

/** What the demo application counts per peer. */
export class DemoTraffic {
  directSendsSent = 0;
  directSendsReceived = 0;
  rpcsAnswered = 0;
  rpcsFailed = 0;
  bytesSent = 0;
  bytesReceived = 0;
  readonly #roundTripsMs: number[] = [];
  #next = 0;

  roundTrip(ms: number): void {
    this.#roundTripsMs[this.#next] = ms;
    this.#next = (this.#next + 1) % KEPT_ROUND_TRIPS;
  }

  /** The counts as the testnet reads them. */
  toJSON(): Record<string, number | null> {
    const sorted = [...this.#roundTripsMs].sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    return {
      directSendsSent: this.directSendsSent,
      directSendsReceived: this.directSendsReceived,
      rpcsAnswered: this.rpcsAnswered,
      rpcsFailed: this.rpcsFailed,
      medianRoundTripMs: median === undefined ? null : Math.round(median * 1000) / 1000,
      bytesSent: this.bytesSent,
      bytesReceived: this.bytesReceived,
    };
  }
}

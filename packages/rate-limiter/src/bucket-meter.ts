import type { Histogram, Logger, Metrics, Timer, TimeService } from '@diemnet/types';

/** Length of the periods over which bytes are summed up. */
const PERIOD_MS = 1000;

/** Where the sums of a limiter's buckets go; made once per limiter. */
export interface MeterComponents {
  readonly label: string;
  readonly logInfo: string;
  readonly time: TimeService;
  readonly logger: Logger;
  readonly allowed: Histogram;
  readonly throttled: Histogram;
}

/** Binds the histogram `diem_network_rate_limit` for one direction (DiemNet observability, section 2). */
export function rateLimitHistograms(
  metrics: Metrics,
  direction: string,
): Pick<MeterComponents, 'allowed' | 'throttled'> {
  const family = metrics.histogram({
    name: 'diem_network_rate_limit',
    help: 'Bytes allowed and throttled per bucket and second',
    labelNames: ['direction', 'metric'],
  });
  return {
    allowed: family.labels({ direction, metric: 'allowed' }),
    throttled: family.labels({ direction, metric: 'throttled' }),
  };
}

/**
 * Sums up what one bucket allowed and throttled, and reports it a second after the first of it. A bucket that is not
 * used keeps no timer.
 */
export class BucketMeter {
  readonly #components: MeterComponents;
  readonly #key: string;
  #allowed = 0;
  #throttled = 0;
  #timer: Timer | undefined;

  constructor(components: MeterComponents, key: string) {
    this.#components = components;
    this.#key = key;
  }

  /** Tokens granted, or with a negative number returned. */
  allowed(tokens: number): void {
    this.#allowed += tokens;
    this.#arm();
  }

  /** Tokens that had to wait, or were refused. Each counts once, however long it waits. */
  throttled(tokens: number): void {
    this.#throttled += tokens;
    this.#arm();
  }

  /** Reports now what has been summed up. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#allowed === 0 && this.#throttled === 0) return;
    const { label, logInfo, logger, allowed, throttled } = this.#components;
    allowed.observe(Math.max(0, this.#allowed));
    throttled.observe(this.#throttled);
    if (logger.isLevelEnabled?.('debug') !== false) {
      logger.debug(
        {
          throttle_label: label,
          throttle_log_info: logInfo,
          throttle_key: this.#key,
          num_allowed_in_period: Math.max(0, this.#allowed),
          num_throttled_in_period: this.#throttled,
        },
        'bytes allowed and throttled',
      );
    }
    this.#allowed = 0;
    this.#throttled = 0;
  }

  #arm(): void {
    this.#timer ??= this.#components.time.schedule(PERIOD_MS, () => this.flush());
  }
}

import {
  networkContextLabels,
  shortPeerId,
  type Histogram,
  type MetricFamily,
  type Counter,
  type Gauge,
  type Metrics,
  type NetworkContext,
  type PeerId,
} from '@diemnet/types';

const LABELS = ['role_type', 'network_id', 'peer_id'] as const;

/** How dials end, as the metric of dials labels it. */
export type DialResult = 'succeeded' | 'failed' | 'cancelled' | 'already_connected';

/** The measurements of one ConnectivityManager. */
export class ConnectivityMetrics {
  readonly #labels: ReturnType<typeof networkContextLabels>;
  readonly #peerConnected: MetricFamily<Gauge> | undefined;
  readonly #dials: MetricFamily<Counter>;
  readonly #delay: Histogram;

  constructor(metrics: Metrics, context: NetworkContext) {
    this.#labels = networkContextLabels(context);
    // One series per peer: on the validator network only, whose size is bounded.
    this.#peerConnected =
      context.networkId.kind === 'validator'
        ? metrics.gauge({
            name: 'diem_network_peer_connected',
            help: 'Whether a peer is connected: 1 or 0',
            labelNames: [...LABELS, 'remote_peer_id'],
          })
        : undefined;
    this.#dials = metrics.counter({
      name: 'diem_network_connectivity_dials',
      help: 'Dials of ConnectivityManager by how they ended',
      labelNames: [...LABELS, 'outcome'],
    });
    this.#delay = metrics
      .histogram({
        name: 'diem_network_dial_delay_seconds',
        help: 'Delay of a dial when it is queued: backoff and jitter',
        labelNames: LABELS,
        buckets: [0.1, 1, 2.5, 5, 10, 20, 40, 60, 80],
      })
      .labels(this.#labels);
    // Updates are handled when they come and none ever waits; the reference has a queue here.
    metrics
      .gauge({
        name: 'diem_network_pending_connectivity_manager_requests',
        help: 'Peer updates that wait for ConnectivityManager',
      })
      .labels()
      .set(0);
  }

  peerConnected(peerId: PeerId, connected: boolean): void {
    this.#peerConnected?.labels(this.#series(peerId)).set(connected ? 1 : 0);
  }

  forgetPeer(peerId: PeerId): void {
    this.#peerConnected?.remove(this.#series(peerId));
  }

  dialQueued(delayMs: number): void {
    this.#delay.observe(delayMs / 1000);
  }

  dialEnded(outcome: DialResult): void {
    this.#dials.labels({ ...this.#labels, outcome }).inc();
  }

  #series(peerId: PeerId) {
    return { ...this.#labels, remote_peer_id: shortPeerId(peerId) };
  }
}

import {
  networkContextLabels,
  type Counter,
  type Gauge,
  type Histogram,
  type Metrics,
  type NetworkContext,
} from '@diemnet/types';

const CONTEXT_LABELS = ['role_type', 'network_id', 'peer_id'];

/** The metrics of discovery, bound to one network. */
export interface DiscoveryMetrics {
  /** Grows by the size of each set that was processed. */
  readonly newNodes: Counter;
  /** Validators of which at least one address could not be read. */
  readonly readFailures: Counter;
  /** Updates that the receiver did not take; they are tried again. */
  readonly sendFailures: Counter;
  /** 1 while the chain lists us with other keys than ours. */
  readonly keyMismatch: Gauge;
  /** Seconds for one validator set. */
  readonly busySeconds: Histogram;
}

/** Asks `metrics` for everything that discovery measures, under the names of the reference. */
export function discoveryMetrics(metrics: Metrics, context: NetworkContext): DiscoveryMetrics {
  const labels = networkContextLabels(context);
  const counts = metrics.counter({
    name: 'diem_simple_onchain_discovery_counts',
    help: 'Discovered nodes, and what could not be read or handed on',
    labelNames: [...CONTEXT_LABELS, 'metric'],
  });
  return {
    newNodes: counts.labels({ ...labels, metric: 'new_nodes' }),
    readFailures: counts.labels({ ...labels, metric: 'read_failure' }),
    sendFailures: counts.labels({ ...labels, metric: 'send_failure' }),
    keyMismatch: metrics
      .gauge({
        name: 'diem_network_key_mismatch',
        help: '1 if the chain lists this node with other keys than its own',
        labelNames: CONTEXT_LABELS,
      })
      .labels(labels),
    busySeconds: metrics
      .histogram({
        name: 'simple_onchain_discovery_event_processing_loop_busy_duration_s',
        help: 'Seconds spent on one validator set',
      })
      .labels(),
  };
}

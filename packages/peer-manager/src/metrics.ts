import type { DisconnectCause } from '@diemnet/peer';
import type { ConnectionOrigin } from '@diemnet/transport';
import {
  networkContextLabels,
  type Counter,
  type MetricFamily,
  type Metrics,
  type NetworkContext,
} from '@diemnet/types';
import { protocolLabel, type ProtocolId } from '@diemnet/wire';
import type { DialOutcome } from './dialer.js';
import type { EvictionReason, RefusalReason } from './admission.js';
import type { TieBreakOutcome } from './tie-break.js';

const CONTEXT_LABELS = ['role_type', 'network_id', 'peer_id'];

/**
 * What PeerManager reports: `diem_connections` and `diem_connections_rejected` as the reference (observability 2),
 * `diem_network_peer_send_failures`, which the reference defines without using it, and counters of ours.
 */
export class PeerManagerMetrics {
  readonly #labels: Readonly<Record<string, string>>;
  readonly #connections: Readonly<Record<ConnectionOrigin, { set(value: number): void }>>;
  readonly #rejected: MetricFamily<Counter>;
  readonly #refused: MetricFamily<Counter>;
  readonly #evicted: MetricFamily<Counter>;
  readonly #ties: MetricFamily<Counter>;
  readonly #dials: MetricFamily<Counter>;
  readonly #disconnects: MetricFamily<Counter>;
  readonly #sendFailures: MetricFamily<Counter>;

  constructor(metrics: Metrics, context: NetworkContext) {
    const labels = networkContextLabels(context);
    const counter = (name: string, help: string, label: string) =>
      metrics.counter({ name, help, labelNames: [...CONTEXT_LABELS, label] });
    const connections = metrics.gauge({
      name: 'diem_connections',
      help: 'Active connections',
      labelNames: [...CONTEXT_LABELS, 'direction'],
    });
    this.#labels = labels;
    this.#connections = {
      inbound: connections.labels({ ...labels, direction: 'inbound' }),
      outbound: connections.labels({ ...labels, direction: 'outbound' }),
    };
    this.#rejected = counter(
      'diem_connections_rejected',
      'Connections refused by the inbound limit',
      'direction',
    );
    this.#refused = counter(
      'diem_network_inbound_connections_refused',
      'Inbound connections refused after the handshake, by reason',
      'reason',
    );
    this.#evicted = counter(
      'diem_network_connections_evicted',
      'Unknown inbound peers that had to make room for another',
      'reason',
    );
    this.#ties = counter(
      'diem_network_tie_breaks',
      'Second connections to a connected peer, by what was kept',
      'outcome',
    );
    this.#dials = counter('diem_network_dials', 'Dials by outcome', 'outcome');
    this.#disconnects = counter('diem_network_disconnects', 'Ended connections by cause', 'cause');
    this.#sendFailures = counter(
      'diem_network_peer_send_failures',
      'Messages that could not be sent',
      'protocol_id',
    );
  }

  connections(inbound: number, outbound: number): void {
    this.#connections.inbound.set(inbound);
    this.#connections.outbound.set(outbound);
  }

  /** By a limit on unknown inbound peers, or because the peer cools down. */
  rejected(reason: RefusalReason | 'cool-down'): void {
    this.#refused.labels({ ...this.#labels, reason }).inc();
    if (reason !== 'cool-down') this.#rejected.labels({ ...this.#labels, direction: 'inbound' }).inc();
  }

  evicted(reason: EvictionReason): void {
    this.#evicted.labels({ ...this.#labels, reason }).inc();
  }

  tie(outcome: TieBreakOutcome): void {
    this.#ties.labels({ ...this.#labels, outcome }).inc();
  }

  dialed(outcome: DialOutcome): void {
    this.#dials.labels({ ...this.#labels, outcome }).inc();
  }

  disconnected(cause: DisconnectCause): void {
    this.#disconnects.labels({ ...this.#labels, cause }).inc();
  }

  sendFailed(protocolId: ProtocolId): void {
    this.#sendFailures.labels({ ...this.#labels, protocol_id: protocolLabel(protocolId) }).inc();
  }
}

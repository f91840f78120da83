import type { ProtocolKind } from '@diemnet/peer-manager';
import {
  networkContextLabels,
  type Counter,
  type MetricFamily,
  type Metrics,
  type NetworkContext,
} from '@diemnet/types';
import { protocolLabel, type ProtocolId } from '@diemnet/wire';

/** Why an event did not reach its application. */
export type EventDropReason = 'application-queue-full' | 'application-closed' | 'unhandled';

/** Counts what applications do not get to see. */
export class EventMetrics {
  readonly #labels: Readonly<Record<string, string>>;
  readonly #invalid: MetricFamily<Counter>;
  readonly #dropped: MetricFamily<Counter>;

  constructor(metrics: Metrics, context: NetworkContext) {
    this.#labels = networkContextLabels(context);
    const names = Object.keys(this.#labels);
    this.#invalid = metrics.counter({
      name: 'diem_network_invalid_messages',
      help: 'Messages that do not decode',
      labelNames: [...names, 'type'],
    });
    this.#dropped = metrics.counter({
      name: 'diem_network_dropped_messages',
      help: 'Messages lost on the way',
      labelNames: [...names, 'protocol_id', 'reason'],
    });
  }

  /** A payload did not decode. */
  undecodable(kind: ProtocolKind): void {
    this.#invalid.labels({ ...this.#labels, type: kind }).inc();
  }

  dropped(protocolId: ProtocolId, reason: EventDropReason): void {
    this.#dropped.labels({ ...this.#labels, protocol_id: protocolLabel(protocolId), reason }).inc();
  }
}

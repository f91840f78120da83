import {
  networkContextLabels,
  type Counter,
  type Gauge,
  type Histogram,
  type Metrics,
  type NetworkContext,
} from '@diemnet/types';
import { protocolLabel, type ProtocolId } from '@diemnet/wire';

/** Why an accepted or received message never reached its destination. */
export type DropReason =
  'not-supported' | 'handler-failed' | 'queue-full' | 'not-wanted' | 'connection-closed';

type RpcType = 'request' | 'response';
type RpcState = 'sent' | 'received' | 'declined' | 'canceled' | 'failed';

/**
 * The series that peers of one network count into, bound once and shared by all of them.
 * Made by {@link createPeerMetrics}.
 */
export interface PeerMetrics {
  readonly requestSent: Counter;
  readonly requestCanceled: Counter;
  readonly requestDeclined: Counter;
  readonly requestFailed: Counter;
  readonly requestReceived: Counter;
  readonly responseReceived: Counter;
  readonly responseSent: Counter;
  readonly responseDeclined: Counter;
  readonly responseFailed: Counter;
  readonly requestSentBytes: Counter;
  readonly requestReceivedBytes: Counter;
  readonly responseSentBytes: Counter;
  readonly responseReceivedBytes: Counter;
  readonly directSendSent: Counter;
  readonly directSendReceived: Counter;
  readonly directSendSentBytes: Counter;
  readonly directSendReceivedBytes: Counter;
  /** Messages in the lanes of all peers together. */
  readonly requestsEnqueued: Counter;
  readonly requestsDequeued: Counter;
  readonly requestsDropped: Counter;
  readonly pendingWireMessages: Gauge;
  /** Bytes of the same. */
  readonly pendingWireBytes: Gauge;
  /** Stream bytes, headers included. */
  readonly wireBytesIn: Counter;
  readonly wireBytesOut: Counter;
  readonly invalidFrames: Counter;
  readonly errorsSent: Counter;
  readonly errorsReceived: Counter;
  /** Seconds from enqueueing a request to its response, successes only. */
  outboundRpcLatency(protocolId: ProtocolId): Histogram;
  /** Seconds from handing a request up to its answer, successes only. */
  inboundRpcHandlerLatency(protocolId: ProtocolId): Histogram;
  /** Messages that were refused for sending. */
  sendFailures(protocolId: ProtocolId): Counter;
  /** Messages lost after they were accepted or received. */
  dropped(protocolId: ProtocolId, reason: DropReason): Counter;
}

/** Binds the series of observability 2 for one network. */
export function createPeerMetrics(metrics: Metrics, context: NetworkContext): PeerMetrics {
  const own = networkContextLabels(context);
  const ownNames = Object.keys(own);
  const counter = (name: string, help: string, ...labelNames: string[]) => {
    const family = metrics.counter({ name, help, labelNames: [...ownNames, ...labelNames] });
    return (labels: Record<string, string>) => family.labels({ ...own, ...labels });
  };
  const histogram = (name: string, help: string) => {
    const family = metrics.histogram({ name, help, labelNames: [...ownNames, 'protocol_id'] });
    return perProtocol((protocol_id) => family.labels({ ...own, protocol_id }));
  };
  const queue = (state: string) =>
    metrics
      .counter({
        name: 'diem_network_pending_requests',
        help: 'Messages through the outbound queues of peers, by state',
        labelNames: ['state'],
      })
      .labels({ state });
  const rpcMessages = counter('diem_network_rpc_messages', 'RPC messages', 'type', 'state');
  const rpcBytes = counter('diem_network_rpc_bytes', 'Payload bytes of RPC messages', 'type', 'state');
  const rpc = (type: RpcType, state: RpcState) => rpcMessages({ type, state });
  const direct = counter('diem_network_direct_send_messages', 'DirectSend messages', 'state');
  const directBytes = counter('diem_network_direct_send_bytes', 'Payload bytes of DirectSends', 'state');
  const invalid = counter('diem_network_invalid_messages', 'Messages that do not decode', 'type');
  const wireBytes = counter(
    'diem_network_wire_bytes',
    'Bytes on connections, before encryption',
    'direction',
  );
  const errors = counter('diem_network_error_messages', 'Error messages', 'direction');
  const failures = counter('diem_network_peer_send_failures', 'Messages refused for sending', 'protocol_id');
  const drops = counter('diem_network_dropped_messages', 'Messages lost on the way', 'protocol_id', 'reason');
  const dropSeries = new Map<DropReason, (protocolId: ProtocolId) => Counter>();
  return {
    requestSent: rpc('request', 'sent'),
    requestCanceled: rpc('request', 'canceled'),
    requestDeclined: rpc('request', 'declined'),
    requestFailed: rpc('request', 'failed'),
    requestReceived: rpc('request', 'received'),
    responseReceived: rpc('response', 'received'),
    responseSent: rpc('response', 'sent'),
    responseDeclined: rpc('response', 'declined'),
    responseFailed: rpc('response', 'failed'),
    requestSentBytes: rpcBytes({ type: 'request', state: 'sent' }),
    requestReceivedBytes: rpcBytes({ type: 'request', state: 'received' }),
    responseSentBytes: rpcBytes({ type: 'response', state: 'sent' }),
    responseReceivedBytes: rpcBytes({ type: 'response', state: 'received' }),
    directSendSent: direct({ state: 'sent' }),
    directSendReceived: direct({ state: 'received' }),
    directSendSentBytes: directBytes({ state: 'sent' }),
    directSendReceivedBytes: directBytes({ state: 'received' }),
    requestsEnqueued: queue('enqueued'),
    requestsDequeued: queue('dequeued'),
    requestsDropped: queue('dropped'),
    pendingWireMessages: metrics
      .gauge({
        name: 'diem_network_pending_wire_messages',
        help: 'Messages that peers have accepted and not given to their sockets',
      })
      .labels(),
    pendingWireBytes: metrics
      .gauge({
        name: 'diem_network_pending_wire_bytes',
        help: 'Bytes that peers have accepted and not given to their sockets',
      })
      .labels(),
    wireBytesIn: wireBytes({ direction: 'inbound' }),
    wireBytesOut: wireBytes({ direction: 'outbound' }),
    invalidFrames: invalid({ type: 'frame' }),
    errorsSent: errors({ direction: 'outbound' }),
    errorsReceived: errors({ direction: 'inbound' }),
    outboundRpcLatency: histogram(
      'diem_network_outbound_rpc_request_latency_seconds',
      'Time from an outbound request to its response',
    ),
    inboundRpcHandlerLatency: histogram(
      'diem_network_inbound_rpc_handler_latency_seconds',
      'Time that handlers take to answer',
    ),
    sendFailures: perProtocol((protocol_id) => failures({ protocol_id })),
    dropped(protocolId, reason) {
      let series = dropSeries.get(reason);
      if (series === undefined) {
        series = perProtocol((protocol_id) => drops({ protocol_id, reason }));
        dropSeries.set(reason, series);
      }
      return series(protocolId);
    },
  };
}

/** Looks a series up by label once per protocol. */
function perProtocol<Series>(find: (label: string) => Series): (protocolId: ProtocolId) => Series {
  const found: (Series | undefined)[] = [];
  return (protocolId) => (found[protocolId] ??= find(protocolLabel(protocolId)));
}

/**
 * What a node does, over HTTP: Prometheus metrics, health, peers as JSON, an event stream, and a live page.
 *
 * Layer 7: looks into nodes that `@diemnet/builder` has made; serves operators.
 *
 * @example
 * const metrics = promMetrics();
 * const node = await createNode(config, { metrics });
 * const inspector = new NodeInspector(node, { name: 'validator-0' });
 * const server = await startAdminServer({ sources: [inspector], registry: metrics.registry, port: 9101 });
 * await node.start(); // open server.url in a browser
 *
 * @packageDocumentation
 */
export { InspectorError } from './errors.js';
export type { InspectorErrorCode } from './errors.js';
export { labelledMetrics } from './metrics/labelled-metrics.js';
export type { MeasuredNode } from './metrics/labelled-metrics.js';
export { promMetrics } from './metrics/prom-metrics.js';
export type { PromMetrics } from './metrics/prom-metrics.js';
export { EVENT_KINDS, isTrouble } from './model/event.js';
export type {
  ConnectionChange,
  DialEnd,
  NodeChange,
  NodeEvent,
  StageSnapshot,
  UpgradeEnd,
} from './model/event.js';
export type { PeerExplanationSnapshot } from './model/explanation.js';
export type {
  AbsentPeerSnapshot,
  FailureSnapshot,
  NetworkSnapshot,
  NodeReport,
  NodeSnapshot,
  PeerSnapshot,
  ProtocolSnapshot,
} from './model/snapshot.js';
export type { InspectedNetwork } from './node/inspected-network.js';
export { DEFAULT_NODE_INSPECTOR_OPTIONS, NodeInspector } from './node/node-inspector.js';
export type { InspectedNode, NodeInspectorOptions } from './node/node-inspector.js';
export { RECORDING_FORMAT, RECORDING_VERSION } from './model/recording.js';
export type {
  RecordedEvent,
  RecordedExplanation,
  RecordedNote,
  RecordedSample,
  RecordingEnd,
  RecordingHeader,
  RecordingLine,
} from './model/recording.js';
export { DEFAULT_RECORDER_OPTIONS, InspectionRecorder } from './recording/inspection-recorder.js';
export type { InspectionRecorderOptions, RecordedSource } from './recording/inspection-recorder.js';
export { checkRecording, readRecording } from './recording/recording-file.js';
export type { RecordingFile } from './recording/recording-file.js';
export { getJson } from './remote/http-get.js';
export type { HttpGetOptions } from './remote/http-get.js';
export { remoteInspector } from './remote/remote-inspector.js';
export type { RemoteInspector, RemoteInspectorOptions } from './remote/remote-inspector.js';
export { startAdminServer } from './server/admin-server.js';
export type { AdminServer } from './server/admin-server.js';
export { DEFAULT_ADMIN_SERVER_LIMITS, isLoopback } from './server/options.js';
export type { AdminServerLimits, AdminServerOptions } from './server/options.js';
export type { MetricsRegistry } from './server/routes.js';
export type { InspectorSource } from './source.js';

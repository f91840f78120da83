/** Doubles and harness for what runs over PeerManager: scripted connections, and nodes over a real stack. */
export { FakeConnection, fakePeerId } from './fake-connection.js';
export type { FakeMetadata } from './fake-connection.js';
export { FakeSocket } from './fake-socket.js';
export { FakeTransport } from './fake-transport.js';
export type { FakeDial } from './fake-transport.js';
export { PeerManagerNodes } from './peer-manager-nodes.js';
export type {
  NodeSecurity,
  PeerManagerNode,
  PeerManagerNodeOptions,
  PeerManagerNodesOptions,
} from './peer-manager-nodes.js';
export { recordEvents } from './recorded-events.js';

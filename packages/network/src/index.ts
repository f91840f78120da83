/**
 * What applications see of the network: a sender of typed messages, and one ordered stream of events.
 *
 * Layer 5: sits on PeerManager's handle and registry; serves health-checker and the applications of a node.
 *
 * @example
 * const application = defineApplication<Note>({
 *   name: 'notes',
 *   protocols: [{ id: 42, name: 'NotesDirectSend', kinds: ['direct-send'], codec: jsonCodec<Note>() }],
 * });
 * const { sender, events } = registerApplication({ registry: peerManager, peerManager, context }, application);
 * sender.sendTo(peerId, 42, { text: 'hello' });
 * for await (const event of events) if (event.type === 'message') show(event.peer, event.message);
 *
 * @packageDocumentation
 */
export { DEFAULT_APPLICATION_OPTIONS, defineApplication, diemProtocols } from './application.js';
export type { Application, ApplicationDefinition, Protocol, ProtocolDefinition } from './application.js';
export { bcsCodec, bytesCodec, jsonCodec, schemaCodec } from './codec.js';
export type { ProtocolCodec } from './codec.js';
export { DIEM_APPLICATIONS } from './diem-applications.js';
export type { DiemApplication } from './diem-applications.js';
export { NetworkError } from './errors.js';
export type { NetworkErrorCode } from './errors.js';
export type { InboundMessage, InboundRpc, NetworkEvent, NetworkHandler } from './network-event.js';
export type { NetworkEvents } from './network-events.js';
export { NetworkSender } from './network-sender.js';
export type { SendToManyResult } from './network-sender.js';
export { registerApplication } from './register-application.js';
export type { ApplicationComponents, RegisteredApplication } from './register-application.js';
export type { RpcReply } from './rpc-reply.js';

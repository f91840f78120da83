export type {
  ConnectionEvent,
  ConnectionListener,
  DirectSendOptions,
  PeerManagerHandle,
  ProtocolHandler,
  ProtocolKind,
  ProtocolRegistration,
  ProtocolRegistry,
  RpcOptions,
} from './contracts.js';

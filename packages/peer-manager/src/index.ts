export type {
  ConnectionEvent,
  ConnectionListener,
  DialOptions,
  DirectSendOptions,
  PeerManagerHandle,
  ProtocolHandler,
  ProtocolKind,
  ProtocolRegistration,
  ProtocolRegistry,
  RpcOptions,
} from './contracts.js';

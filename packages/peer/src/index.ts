export { disconnectReasonOf } from './disconnect-reason.js';
export type { DisconnectCause, DisconnectReason } from './disconnect-reason.js';
export type { RpcResponder } from './rpc-responder.js';

import type { ConnectionEvent } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import type { PeerId } from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { RpcReply } from './rpc-reply.js';

/** A DirectSend arrived. */
export interface InboundMessage<T> {
  readonly type: 'message';
  readonly peer: PeerId;
  readonly message: T;
  readonly protocolId: ProtocolId;
  /** The connection it came on, which may have ended since. */
  readonly connection: ConnectionMetadata;
}

/** An RPC arrived and waits for an answer. */
export interface InboundRpc<T> extends Omit<InboundMessage<T>, 'type'> {
  readonly type: 'rpc';
  readonly responder: RpcReply<T>;
}

/**
 * What an application hears, in one stream. Of one peer, in this order: `new-peer`, the messages, `lost-peer`; and
 * `updated-peer` before the messages of the connection that it tells of (D-11).
 */
export type NetworkEvent<T> = InboundMessage<T> | InboundRpc<T> | ConnectionEvent;

/**
 * Hears events synchronously, straight from where they arise: no queue, no promise, no object per message. What a
 * method throws is logged and goes no further. An RPC without `onRpc` is left unanswered at once.
 */
export interface NetworkHandler<T> {
  onMessage?(message: T, from: ConnectionMetadata, protocolId: ProtocolId): void;
  onRpc?(message: T, responder: RpcReply<T>, from: ConnectionMetadata, protocolId: ProtocolId): void;
  onConnection?(event: ConnectionEvent): void;
  /** The events were closed: nothing comes any more. */
  onEnd?(): void;
}

import type { RpcResponder } from '@diemnet/peer';
import type { ConnectionMetadata } from '@diemnet/transport';
import type { PeerId } from '@diemnet/types';
import { HIGHEST_PROTOCOL_ID, type ProtocolId } from '@diemnet/wire';
import type { ProtocolHandler, ProtocolKind, ProtocolRegistration, ProtocolRegistry } from './contracts.js';
import { PeerManagerError } from './errors.js';

type HandlerTable = (ProtocolHandler | undefined)[];

/** Which handler gets what arrives on which protocol (behaviour 9.6). Applications bound and order their own queues. */
export class ProtocolDispatch implements ProtocolRegistry {
  readonly #handlers: Readonly<Record<ProtocolKind, HandlerTable>> = {
    rpc: emptyTable(),
    'direct-send': emptyTable(),
  };
  readonly #onHandlerError: (error: unknown, protocolId: ProtocolId) => void;
  /** Every handler once. */
  readonly #distinct = new Set<ProtocolHandler>();
  #sealed = false;
  #sealedIds: ProtocolId[] | undefined;

  /** `onHandlerError` is told what a handler threw, which it must not. */
  constructor(onHandlerError: (error: unknown, protocolId: ProtocolId) => void) {
    this.#onHandlerError = onHandlerError;
  }

  /** All kinds or none are claimed. @throws PeerManagerError also `ERR_INVALID_PROTOCOL_ID` */
  register(...registrations: readonly ProtocolRegistration[]): void {
    if (this.#sealed) {
      throw new PeerManagerError('ERR_ALREADY_STARTED', 'protocols are registered before the network starts');
    }
    for (const registration of registrations) this.#check(registration);
    for (const { protocolId, kinds, handler } of registrations) {
      for (const kind of kinds) this.#handlers[kind][protocolId] = handler;
      if (kinds.length > 0) this.#distinct.add(handler);
    }
  }

  #check({ protocolId, kinds }: ProtocolRegistration): void {
    if (!Number.isInteger(protocolId) || protocolId < 0 || protocolId > HIGHEST_PROTOCOL_ID) {
      throw new PeerManagerError('ERR_INVALID_PROTOCOL_ID', `no protocol has the id ${protocolId}`);
    }
    for (const kind of kinds) {
      if (this.#handlers[kind][protocolId] !== undefined) {
        throw new PeerManagerError(
          'ERR_PROTOCOL_REGISTERED',
          `protocol ${protocolId} already has a handler for ${kind}`,
          { details: { protocolId, kind } },
        );
      }
    }
  }

  /** Asked at every handshake, of tables that do not change once they are sealed. */
  protocolIds(): ProtocolId[] {
    if (this.#sealed) return (this.#sealedIds ??= this.#registeredIds());
    return this.#registeredIds();
  }

  #registeredIds(): ProtocolId[] {
    const { rpc, 'direct-send': directSend } = this.#handlers;
    return rpc.flatMap((_, id) => (rpc[id] !== undefined || directSend[id] !== undefined ? [id] : []));
  }

  /** No registration from now on: what the handshake advertises must not change under connected peers. */
  seal(): void {
    this.#sealed = true;
  }

  /** Payload bytes of this peer that wait in the handlers' queues. */
  heldBytes(peerId: PeerId): number {
    let bytes = 0;
    for (const handler of this.#distinct) bytes += handler.heldBytes?.(peerId) ?? 0;
    return bytes;
  }

  supports(kind: ProtocolKind, protocolId: ProtocolId): boolean {
    return this.#handlers[kind][protocolId] !== undefined;
  }

  /** False if nobody handles DirectSends of this protocol. */
  directSend(from: ConnectionMetadata, protocolId: ProtocolId, payload: Uint8Array): boolean {
    const handler = this.#handlers['direct-send'][protocolId];
    if (handler === undefined) return false;
    try {
      handler.onDirectSend(from, protocolId, payload);
    } catch (error) {
      this.#onHandlerError(error, protocolId);
    }
    return true;
  }

  /** False if nobody handles RPCs of this protocol. A handler that throws has failed to answer. */
  rpcRequest(
    from: ConnectionMetadata,
    protocolId: ProtocolId,
    payload: Uint8Array,
    responder: RpcResponder,
  ): boolean {
    const handler = this.#handlers.rpc[protocolId];
    if (handler === undefined) return false;
    try {
      handler.onRpcRequest(from, protocolId, payload, responder);
    } catch (error) {
      this.#onHandlerError(error, protocolId);
      if (!responder.closed) responder.fail(error);
    }
    return true;
  }
}

function emptyTable(): HandlerTable {
  return new Array<ProtocolHandler | undefined>(HIGHEST_PROTOCOL_ID + 1).fill(undefined);
}

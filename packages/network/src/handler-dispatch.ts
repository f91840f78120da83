import type { ConnectionEvent } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import { displayPeerId, errorCode, type Logger } from '@diemnet/types';
import { protocolLabel, type ProtocolId } from '@diemnet/wire';
import { NetworkError } from './errors.js';
import type { EventMetrics } from './metrics.js';
import type { NetworkHandler } from './network-event.js';
import type { RpcReply } from './rpc-reply.js';

/** Calls an application's handler and keeps what it throws away from the receive path. */
export class HandlerDispatch<T> {
  readonly #handler: NetworkHandler<T>;
  readonly #application: string;
  readonly #logger: Logger;
  readonly #metrics: EventMetrics;

  constructor(handler: NetworkHandler<T>, application: string, logger: Logger, metrics: EventMetrics) {
    this.#handler = handler;
    this.#application = application;
    this.#logger = logger;
    this.#metrics = metrics;
  }

  message(message: T, from: ConnectionMetadata, protocolId: ProtocolId): void {
    const handler = this.#handler;
    if (handler.onMessage === undefined) return this.#metrics.dropped(protocolId, 'unhandled');
    try {
      handler.onMessage(message, from, protocolId);
    } catch (error) {
      this.#onThrown(error, from, protocolId);
    }
  }

  rpc(message: T, responder: RpcReply<T>, from: ConnectionMetadata, protocolId: ProtocolId): void {
    const handler = this.#handler;
    if (handler.onRpc === undefined) {
      this.#metrics.dropped(protocolId, 'unhandled');
      this.#fail(responder, undefined);
      return;
    }
    try {
      handler.onRpc(message, responder, from, protocolId);
    } catch (error) {
      this.#onThrown(error, from, protocolId);
      this.#fail(responder, error);
    }
  }

  connection(event: ConnectionEvent): void {
    const handler = this.#handler;
    try {
      handler.onConnection?.(event);
    } catch (error) {
      this.#onThrown(error, event.metadata, undefined);
    }
  }

  end(): void {
    const handler = this.#handler;
    try {
      handler.onEnd?.();
    } catch (error) {
      this.#onThrown(error, undefined, undefined);
    }
  }

  #fail(responder: RpcReply<T>, cause: unknown): void {
    if (responder.closed) return;
    responder.fail(
      new NetworkError('ERR_EVENT_UNHANDLED', `${this.#application} did not handle an RPC`, { cause }),
    );
  }

  #onThrown(error: unknown, from: ConnectionMetadata | undefined, protocolId: ProtocolId | undefined): void {
    this.#logger.error(
      {
        error: errorCode(error),
        ...(from === undefined ? {} : { remote_peer: displayPeerId(from.remotePeerId) }),
        ...(protocolId === undefined ? {} : { protocol_id: protocolLabel(protocolId) }),
      },
      `the handler of ${this.#application} threw`,
    );
  }
}

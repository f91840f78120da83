import type { DisconnectCause, PeerStats, PreparedDirectSend, RpcResponder } from '@diemnet/peer';
import type { Connection } from '@diemnet/transport';
import type { WaitOptions } from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { DirectSendOptions, ProtocolKind, RpcOptions } from './contracts.js';

/** What PeerManager needs of a Peer; `Peer` of `@diemnet/peer` fits. */
export interface ManagedPeer {
  /** Upcalls may come from now on, but not before this returns. */
  start(): void;
  sendDirectSend(protocolId: ProtocolId, payload: Uint8Array, options?: DirectSendOptions): boolean;
  sendPrepared(message: PreparedDirectSend): boolean;
  ready(protocolId: ProtocolId, options?: WaitOptions): Promise<void>;
  sendRpc(protocolId: ProtocolId, payload: Uint8Array, options: RpcOptions): Promise<Uint8Array>;
  /** Sends what was accepted, half-closes, and destroys after `graceMs`. `onDisconnected` follows. */
  close(cause: DisconnectCause, options?: { readonly graceMs?: number }): unknown;
  /**
   * Lets what is under way come to its end, waits `lingerMs` at least, then closes. A Peer without it is closed.
   */
  retire?(
    cause: 'replaced' | 'tie-lost',
    options: { readonly graceMs?: number; readonly lingerMs: number },
  ): unknown;
  /** Ends at once. `onDisconnected` follows, unless it came already. */
  destroy(cause: DisconnectCause): void;
  stats(): PeerStats;
  /** When the last bytes came, on the monotonic clock. */
  readonly lastReceivedAt: number | undefined;
  /** Protocol violations of the remote so far. */
  readonly violations?: number;
}

/** What a Peer tells PeerManager. */
export interface ManagedPeerUpcalls {
  isRegistered(protocolId: ProtocolId, kind: ProtocolKind): boolean;
  onDirectSend(peer: unknown, protocolId: ProtocolId, payload: Uint8Array): void;
  onRpcRequest(peer: unknown, protocolId: ProtocolId, payload: Uint8Array, responder: RpcResponder): void;
  onDisconnected(peer: unknown, cause: DisconnectCause, error?: Error): void;
}

/** Makes a Peer on a connection, which is started by its owner. */
export type CreatePeer = (connection: Connection, upcalls: ManagedPeerUpcalls) => ManagedPeer;

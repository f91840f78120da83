import type { DisconnectCause, RpcResponder } from '@diemnet/peer';
import type { Connection, ConnectionMetadata } from '@diemnet/transport';
import type { TimeService } from '@diemnet/types';
import { ProtocolIds, type ProtocolId } from '@diemnet/wire';
import type { ActiveEntry } from './active-peers.js';
import type { UnknownInboundPeer } from './admission.js';
import type { ProtocolKind } from './contracts.js';
import type { ProtocolDispatch } from './dispatch.js';
import { PeerManagerError } from './errors.js';
import type { CreatePeer, ManagedPeer, ManagedPeerUpcalls } from './managed-peer.js';

interface ConnectedPeerComponents {
  readonly dispatch: ProtocolDispatch;
  readonly time: TimeService;
  readonly createPeer: CreatePeer;
  ended(entry: ConnectedPeer, cause: DisconnectCause, error: Error | undefined): void;
}

/** One connection and the Peer on it, from the decision to keep it until its end. */
export class ConnectedPeer implements ActiveEntry, UnknownInboundPeer, ManagedPeerUpcalls {
  readonly metadata: ConnectionMetadata;
  readonly peer: ManagedPeer;
  readonly connectedAtMs: number;
  lastUsefulAtMs: number;
  /** Resolves when the Peer has ended. */
  readonly ended: Promise<void>;
  readonly #dispatch: ProtocolDispatch;
  readonly #time: TimeService;
  readonly #watched: boolean;
  readonly #onEnded: ConnectedPeerComponents['ended'];
  #resolveEnded: () => void = () => {};
  #silenced = false;
  #closing = false;
  #over = false;

  constructor(connection: Connection, { dispatch, time, createPeer, ended }: ConnectedPeerComponents) {
    this.metadata = connection.metadata;
    this.connectedAtMs = time.now();
    this.lastUsefulAtMs = this.connectedAtMs;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.#dispatch = dispatch;
    this.#time = time;
    this.#watched = connection.metadata.origin === 'inbound' && connection.metadata.role === 'Unknown';
    this.#onEnded = ended;
    this.peer = createPeer(connection, this);
  }

  get remoteIp(): string | undefined {
    return this.metadata.remoteIp;
  }

  get violations(): number {
    return this.peer.violations ?? 0;
  }

  /** The remote never sent a message: if it hangs up, it probably did not want the connection (D-47). */
  get unheard(): boolean {
    return this.peer.lastReceivedAt === undefined;
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.peer.destroy('shutdown');
  }

  /** Ends the connection, once: the first cause counts. `silence`: nothing of it reaches an application any more. */
  close(cause: DisconnectCause, { graceMs, silence }: { graceMs: number; silence: boolean }): void {
    this.#silenced ||= silence;
    if (this.#closing || this.#over) return;
    this.#closing = true;
    this.peer.close(cause, { graceMs });
  }

  /**
   * Gives way to another connection to the same peer. What was accepted, and what the remote sends until it knows of
   * the other one, still arrives (D-06).
   */
  retire(cause: 'replaced' | 'tie-lost', times: { graceMs: number; lingerMs: number }): void {
    if (this.#closing || this.#over) return;
    this.#closing = true;
    if (this.peer.retire === undefined) this.peer.close(cause, times);
    else this.peer.retire(cause, times);
  }

  /** Is being closed already: now rather than in its own time. */
  hurry(cause: DisconnectCause, graceMs: number): void {
    if (this.#closing && !this.#over) this.peer.close(cause, { graceMs });
  }

  isRegistered(protocolId: ProtocolId, kind: ProtocolKind): boolean {
    return this.#dispatch.supports(kind, protocolId);
  }

  onDirectSend(_: unknown, protocolId: ProtocolId, payload: Uint8Array): void {
    if (this.#silenced) return;
    if (this.#watched) this.#useful(protocolId);
    this.#dispatch.directSend(this.metadata, protocolId, payload);
  }

  onRpcRequest(_: unknown, protocolId: ProtocolId, payload: Uint8Array, responder: RpcResponder): void {
    if (this.#silenced) {
      responder.fail(new PeerManagerError('ERR_NOT_CONNECTED', 'the peer was disconnected'));
      return;
    }
    if (this.#watched) this.#useful(protocolId);
    this.#dispatch.rpcRequest(this.metadata, protocolId, payload, responder);
  }

  onDisconnected(_: unknown, cause: DisconnectCause, error?: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#onEnded(this, cause, error);
    this.#resolveEnded();
  }

  /** Only unknown inbound peers are compared by use, so only they pay for the clock. */
  #useful(protocolId: ProtocolId): void {
    if (protocolId !== ProtocolIds.HealthCheckerRpc) this.lastUsefulAtMs = this.#time.now();
  }
}

import type { NetworkAddress, PeerId, Socket } from '@diemnet/types';
import type { ConnectionOrigin } from './connection.js';

/**
 * Where an upgrade stands: `connect` (base dial), `admission` (limits, before any cryptography), `proxy` (PROXY
 * header), `noise`, `handshake` (exchange of HandshakeMsg), `negotiate` (comparing them).
 */
export type UpgradeStage = 'connect' | 'admission' | 'proxy' | 'noise' | 'handshake' | 'negotiate';

/** Why an upgrade was ended from outside. */
export type UpgradeStop = 'aborted' | 'shed';

/** What an upgrade starts from. */
export interface UpgradeAttemptInit {
  readonly origin: ConnectionOrigin;
  readonly remoteAddress: NetworkAddress;
  readonly remotePeerId?: PeerId;
  /** Monotonic. */
  readonly startedAt: number;
}

/** One upgrade under way: how far it came, and the socket that has to go if it fails. */
export class UpgradeAttempt {
  readonly origin: ConnectionOrigin;
  readonly remoteAddress: NetworkAddress;
  readonly remotePeerId: PeerId | undefined;
  readonly startedAt: number;
  stage: UpgradeStage;
  stop: UpgradeStop | undefined;
  /** From the PROXY header, if there was one. */
  proxiedAddress: NetworkAddress | undefined;
  #socket: Socket | undefined;
  #failed = false;

  constructor({ origin, remoteAddress, remotePeerId, startedAt }: UpgradeAttemptInit) {
    this.origin = origin;
    this.remoteAddress = remoteAddress;
    this.remotePeerId = remotePeerId;
    this.startedAt = startedAt;
    this.stage = origin === 'inbound' ? 'admission' : 'connect';
  }

  /** The base socket belongs to this upgrade; one that comes after the failure goes at once. */
  adopt(socket: Socket): void {
    this.#socket = socket;
    if (this.#failed) socket.destroy();
  }

  /** Drops the socket. The remote is told nothing (behaviour.md 5). */
  fail(): void {
    this.#failed = true;
    this.#socket?.destroy();
  }
}

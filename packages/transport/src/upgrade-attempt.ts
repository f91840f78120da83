import type { NetworkAddress, PeerId, Socket, TimeService } from '@diemnet/types';
import type { ConnectionOrigin } from './connection.js';
import type { StageTiming } from './upgrade-report.js';

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
  readonly time: TimeService;
}

/** One upgrade under way: how far it came, and the socket that has to go if it fails. */
export class UpgradeAttempt {
  readonly origin: ConnectionOrigin;
  readonly remoteAddress: NetworkAddress;
  readonly remotePeerId: PeerId | undefined;
  /** Monotonic. */
  readonly startedAt: number;
  stop: UpgradeStop | undefined;
  /** From the PROXY header, if there was one. */
  proxiedAddress: NetworkAddress | undefined;
  readonly #time: TimeService;
  readonly #passed: StageTiming[] = [];
  #stage: UpgradeStage;
  #stageSince: number;
  #socket: Socket | undefined;
  #failed = false;

  constructor({ origin, remoteAddress, remotePeerId, time }: UpgradeAttemptInit) {
    this.origin = origin;
    this.remoteAddress = remoteAddress;
    this.remotePeerId = remotePeerId;
    this.startedAt = time.now();
    this.#time = time;
    this.#stage = origin === 'inbound' ? 'admission' : 'connect';
    this.#stageSince = this.startedAt;
  }

  get stage(): UpgradeStage {
    return this.#stage;
  }

  set stage(next: UpgradeStage) {
    this.#passed.push(this.#current());
    this.#stage = next;
    this.#stageSince = this.#time.now();
  }

  /** All stages until now, the present one last. */
  timings(): readonly StageTiming[] {
    return [...this.#passed, this.#current()];
  }

  /** The base socket belongs to this upgrade; one that comes after the failure goes at once. */
  adopt(socket: Socket): void {
    this.#socket = socket;
    if (this.#failed) socket.destroy();
  }

  /** Drops the socket. The remote is told nothing (behaviour 5). */
  fail(): void {
    this.#failed = true;
    this.#socket?.destroy();
  }

  #current(): StageTiming {
    return { stage: this.#stage, durationMs: this.#time.now() - this.#stageSince };
  }
}

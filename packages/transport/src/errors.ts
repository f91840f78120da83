import { DiemNetError, type NetworkAddress, type PeerId } from '@diemnet/types';
import type { ConnectionOrigin } from './connection.js';
import type { LikelyCause } from './likely-cause.js';
import type { UpgradeStage } from './upgrade-attempt.js';

/** Codes of mistakes that are found before any socket is opened, and of reasons inside an {@link UpgradeError}. */
export type TransportErrorCode =
  /** The address has not the shape that is dialed or listened on. Thrown synchronously. */
  | 'ERR_INVALID_ADDRESS'
  /** The address names a handshake version other than 0. Thrown synchronously. */
  | 'ERR_UNSUPPORTED_HANDSHAKE_VERSION'
  /** An option makes no sense. */
  | 'ERR_INVALID_OPTIONS'
  /** The listener was closed during the upgrade. */
  | 'ERR_LISTENER_CLOSED'
  /** Upgrades of this address, or in all, exceed the limit (D-07). */
  | 'ERR_TOO_MANY_PENDING'
  /** The listener's owner takes nothing from this address at present. */
  | 'ERR_ADDRESS_REFUSED'
  /** A probe without handshake was answered instead of refused. */
  | 'ERR_UNEXPECTED_ANSWER';

/** A mistake of the caller, or an answer that a probe did not expect. */
export class TransportError extends DiemNetError<TransportErrorCode> {}

/** Codes of connections that did not come about. */
export type UpgradeErrorCode =
  /** The base transport could not connect. */
  | 'ERR_CONNECT_FAILED'
  /** A step failed; `details.stage` says which. */
  | 'ERR_UPGRADE_FAILED'
  /** A step, or the whole upgrade, took too long. */
  | 'ERR_UPGRADE_TIMED_OUT'
  /** Refused or shed because too many inbound upgrades are under way (D-07). */
  | 'ERR_TOO_MANY_UPGRADES'
  /** The caller gave up, or the listener was closed. */
  | 'ERR_UPGRADE_ABORTED';

/** What is known about a failed upgrade. */
export interface UpgradeFailureDetails {
  readonly stage: UpgradeStage;
  readonly origin: ConnectionOrigin;
  /** Outbound: the dialed address. Inbound: the socket's remote address. */
  readonly remoteAddress: NetworkAddress;
  /** Inbound behind a proxy: the source that the PROXY header named. */
  readonly proxiedAddress: NetworkAddress | undefined;
  /** Outbound: whom we wanted to reach. */
  readonly remotePeerId: PeerId | undefined;
  /** A guess from the phase, since peers are closed without a reason (D-47). */
  readonly likelyCause: LikelyCause;
  readonly elapsedMs: number;
}

/** An upgrade that failed. `cause` is the typed error of the step. */
export class UpgradeError extends DiemNetError<UpgradeErrorCode, UpgradeFailureDetails> {
  /** Never absent here. */
  declare readonly details: UpgradeFailureDetails;

  constructor(
    code: UpgradeErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly details: UpgradeFailureDetails },
  ) {
    super(code, message, options);
  }

  get stage(): UpgradeStage {
    return this.details.stage;
  }

  get likelyCause(): LikelyCause {
    return this.details.likelyCause;
  }
}

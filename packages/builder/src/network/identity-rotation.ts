import type { ConnectivityManager } from '@diemnet/connectivity-manager';
import type { NoiseUpgrader, RetiringKey } from '@diemnet/noise';
import {
  networkContextFields,
  peerIdFromPublicKey,
  type LogFields,
  type Logger,
  type NetworkContext,
  type TimeService,
  type Timer,
  type X25519KeyPair,
} from '@diemnet/types';

/** How an identity key is rotated. */
export interface RotateIdentityOptions {
  /**
   * How long the old key still answers peers that do not know the new one, in milliseconds. @default 600000
   */
  readonly overlapMs?: number | undefined;
}

/** Ten minutes: time enough for a new validator set to reach everybody. */
export const DEFAULT_KEY_OVERLAP_MS = 600_000;

interface IdentityRotationComponents {
  readonly noise: NoiseUpgrader;
  readonly connectivityManager: ConnectivityManager;
  readonly context: NetworkContext;
  readonly time: TimeService;
  readonly logger: Logger;
  /** The set of our keys is another one. */
  readonly onKeysChanged: () => void;
}

/**
 * Changes of our identity key while the network runs:
 *
 *   rotate --> dial and announce the new key, answer under both --overlap--> the old key is wiped
 *         '--> dial anew whom we had dialed, as soon as they accept the new key; their old connections stay until then
 */
export class IdentityRotation {
  readonly #components: IdentityRotationComponents;
  readonly #logger: Logger;
  readonly #overlaps = new Map<RetiringKey, Timer>();

  constructor(components: IdentityRotationComponents) {
    this.#components = components;
    this.#logger = components.logger.child({ network_context: networkContextFields(components.context) });
  }

  /** False if that is our key already. @throws NoiseError `ERR_NOISE_KEY_PAIR_MISMATCH` */
  rotate(keyPair: X25519KeyPair, overlapMs: number): boolean {
    const { noise, connectivityManager, context, time, onKeysChanged } = this.#components;
    const retiring = noise.rotateKey(keyPair);
    if (retiring === undefined) return false;
    const fields: LogFields = { public_key: keyPair.publicKey, old_public_key: retiring.publicKey };
    this.#logger.info(
      { ...fields, overlap_ms: overlapMs },
      'identity key rotated, the old one still answers',
    );
    if (context.peerId === peerIdFromPublicKey(retiring.publicKey)) {
      this.#logger.warn(
        fields,
        'the PeerId derives from the old key: peers that do not list this node with its new key will refuse it',
      );
    }
    this.#overlaps.set(
      retiring,
      time.schedule(overlapMs, () => {
        this.#drop(retiring);
        onKeysChanged();
        this.#logger.info({ public_key: retiring.publicKey }, 'old identity key dropped');
      }),
    );
    connectivityManager.renewConnections(overlapMs);
    onKeysChanged();
    return true;
  }

  /** Drops all old keys at once. */
  stop(): void {
    for (const retiring of [...this.#overlaps.keys()]) this.#drop(retiring);
  }

  #drop(retiring: RetiringKey): void {
    this.#overlaps.get(retiring)?.cancel();
    this.#overlaps.delete(retiring);
    retiring.drop();
  }
}

import {
  type PeerId,
  type PeerRole,
  type Socket,
  type SocketReader,
  type X25519KeyPair,
  type X25519PublicKey,
} from '@diemnet/types';
import { DialerHandshake } from './dialer-handshake.js';
import { HandshakeFailures } from './handshake-failures.js';
import { ListenerHandshake } from './listener-handshake.js';
import { NoiseStream } from './noise-stream.js';
import { NoiseSession } from './session/noise-session.js';
import { StaticKeys, type RetiringKey } from './static-keys.js';
import {
  resolveNoiseUpgraderOptions,
  type NoiseUpgraderOptions,
  type ResolvedNoiseUpgraderOptions,
  type UpgradeInboundOptions,
  type UpgradeOutboundOptions,
} from './upgrader-options.js';

/** What a dialer gets: the stream, to a listener that proved to hold the key. */
export interface OutboundUpgrade {
  readonly socket: NoiseStream;
  readonly remotePublicKey: X25519PublicKey;
}

/** What a listener gets: the stream, and who the authenticated dialer is. */
export interface InboundUpgrade {
  readonly socket: NoiseStream;
  readonly remotePeerId: PeerId;
  readonly remotePublicKey: X25519PublicKey;
  /** From the trusted set, or `Unknown`. */
  readonly role: PeerRole;
  /** A greeting was given, and sent. */
  readonly greeted: boolean;
}

/**
 * Runs the Noise IK handshake over a socket (wire format 4) and authenticates the remote. One per network instance; any
 * number of handshakes may run at a time. A handshake that fails sends nothing more and destroys its socket.
 *
 * Time limits are the caller's, by `signal`.
 *
 * @example
 * const upgrader = new NoiseUpgrader({ identity, mode: 'mutual', trustedPeers });
 * const { socket, remotePeerId, role } = await upgrader.upgradeInbound(accepted, { signal });
 */
export class NoiseUpgrader {
  readonly #options: ResolvedNoiseUpgraderOptions;
  readonly #keys: StaticKeys;
  readonly #dialer: DialerHandshake;
  readonly #listener: ListenerHandshake;
  readonly #failures: HandshakeFailures;

  /** @throws NoiseError `ERR_NOISE_INVALID_OPTION`, `ERR_NOISE_KEY_PAIR_MISMATCH` */
  constructor(options: NoiseUpgraderOptions) {
    this.#options = resolveNoiseUpgraderOptions(options);
    const { identity, backend } = this.#options;
    this.#keys = new StaticKeys(backend, identity.keyPair);
    this.#dialer = new DialerHandshake(this.#options, this.#keys);
    this.#listener = new ListenerHandshake(this.#options, this.#keys);
    this.#failures = new HandshakeFailures(this.#options);
  }

  /** Who we are to remotes: the key is that of the last rotation. */
  get identity(): { readonly peerId: PeerId; readonly publicKey: X25519PublicKey } {
    return { peerId: this.#options.identity.peerId, publicKey: this.#keys.publicKey };
  }

  /** Every key that we answer under: the one of {@link identity}, then those that retire. */
  publicKeys(): X25519PublicKey[] {
    return this.#keys.publicKeys();
  }

  /**
   * From now on we dial with this key pair, which is copied, and answer dialers that expect it or one before it. The
   * one it replaces answers until it is dropped. Undefined if it is the current one already.
   * @throws NoiseError `ERR_NOISE_KEY_PAIR_MISMATCH`; TypesError `ERR_PRIVATE_KEY_DISPOSED`
   */
  rotateKey(keyPair: X25519KeyPair): RetiringKey | undefined {
    return this.#keys.rotate(keyPair);
  }

  /**
   * Dials: proves who we are to the listener that holds `remotePublicKey`.
   * @throws NoiseHandshakeError with a code of wire format 4.5; the reason of `signal` if that aborts
   */
  async upgradeOutbound(
    socket: Socket,
    remotePublicKey: X25519PublicKey,
    options: UpgradeOutboundOptions = {},
  ): Promise<OutboundUpgrade> {
    try {
      const { keys, reader } = await this.#dialer.run(socket, remotePublicKey, options);
      const session = new NoiseSession({ backend: this.#options.backend, ...keys });
      return { socket: this.#openStream(socket, reader, session), remotePublicKey };
    } catch (error) {
      socket.destroy();
      this.#failures.record('outbound', error, options.signal, undefined);
      throw error;
    }
  }

  /**
   * Listens: takes a dialer's handshake, authenticates it and answers.
   * @throws NoiseHandshakeError with a code of wire format 4.4; the reason of `signal` if that aborts
   */
  async upgradeInbound(socket: Socket, options: UpgradeInboundOptions = {}): Promise<InboundUpgrade> {
    try {
      const { session, reader, ...remote } = await this.#listener.run(socket, options);
      const greeted = options.greeting !== undefined;
      return { socket: this.#openStream(socket, reader, session), greeted, ...remote };
    } catch (error) {
      socket.destroy();
      this.#failures.record('inbound', error, options.signal, options.remoteAddress);
      throw error;
    }
  }

  #openStream(socket: Socket, reader: SocketReader, session: NoiseSession): NoiseStream {
    const { logger, stream } = this.#options;
    return new NoiseStream({ socket, session, reader, logger }, stream);
  }
}

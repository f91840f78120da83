import {
  SocketReader,
  peerIdFromBytes,
  publicKeyFromBytes,
  throwIfAborted,
  type PeerId,
  type PeerRole,
  type Socket,
  type X25519PublicKey,
} from '@diemnet/types';
import { AntiReplay, decodeTimestamp } from './anti-replay.js';
import { assertKnownDialer, authenticateDialer, type DialerIdentity } from './authentication.js';
import { CLIENT_MESSAGE_BYTES, clientMessageParts, type ClientMessageParts } from './client-message.js';
import type { DhPublicKey } from './crypto/backend.js';
import { DhBudget } from './dh-budget.js';
import { HandshakeStep } from './handshake-step.js';
import { IkResponder } from './handshake/ik-responder.js';
import { ChunkQueue } from './session/chunk-queue.js';
import { FrameEncoder } from './session/frame-encoder.js';
import { join } from './session/join.js';
import { NoiseSession } from './session/noise-session.js';
import type { StaticKeyPair } from './static-key-pair.js';
import type { StaticKeys } from './static-keys.js';
import type { ResolvedNoiseUpgraderOptions, UpgradeInboundOptions } from './upgrader-options.js';

const NO_BYTES = new Uint8Array(0);
/** Diffie-Hellman operations of the listener: `es` and `ss`, then `ee` and `se`. */
const MESSAGE_1_DH = 2;
const MESSAGE_2_DH = 2;

/** What the listener knows once it has answered. */
export interface ListenerHandshakeResult {
  readonly session: NoiseSession;
  readonly reader: SocketReader;
  readonly remotePeerId: PeerId;
  readonly remotePublicKey: X25519PublicKey;
  readonly role: PeerRole;
}

/** The listener's side of a handshake over a socket: the checks of wire format 4.4 in their order. */
export class ListenerHandshake {
  readonly #options: ResolvedNoiseUpgraderOptions;
  readonly #keys: StaticKeys;
  readonly #antiReplay: AntiReplay;
  readonly #strangers: DhBudget;
  readonly #trusted: DhBudget;

  constructor(options: ResolvedNoiseUpgraderOptions, keys: StaticKeys) {
    this.#options = options;
    this.#keys = keys;
    this.#antiReplay = new AntiReplay(options);
    this.#strangers = new DhBudget(options.strangerDh, options.time);
    this.#trusted = new DhBudget(options.trustedDh, options.time);
  }

  async run(socket: Socket, { signal, greeting }: UpgradeInboundOptions): Promise<ListenerHandshakeResult> {
    throwIfAborted(signal);
    const reader = new SocketReader(socket);
    const anyone = new HandshakeStep();
    const message = await anyone.read('ERR_NOISE_SERVER_READ_FAILED', reader, CLIENT_MESSAGE_BYTES, {
      signal,
    });
    const parts = clientMessageParts(message);
    const remotePeerId = peerIdFromBytes(parts.peerId);
    const step = new HandshakeStep(remotePeerId);
    const staticKeys = this.#refuseCheaply(step, remotePeerId, parts);

    const budget = this.#reserveMessage1(step, remotePeerId);

    const { backend, rng, logger } = this.#options;
    let remoteKey: DhPublicKey | undefined;
    const responder = new IkResponder({
      backend,
      rng,
      staticKeys,
      prologue: parts.prologue,
      importRemoteStaticKey: (bytes) => (remoteKey = staticKeys.remote(publicKeyFromBytes(bytes), bytes)),
    });
    try {
      const { payload, remoteStaticKey } = step.run(
        'ERR_NOISE_SERVER_PARSE_CLIENT',
        'message 1 is not valid',
        () => responder.readMessage1(parts.noise),
      );
      const role = this.#admit({ peerId: remotePeerId, publicKey: remoteStaticKey }, payload);
      staticKeys.remember(remoteStaticKey, remoteKey as DhPublicKey);
      budget.spend(MESSAGE_2_DH);
      const answer = step.run('ERR_NOISE_BUILD_SERVER_MESSAGE_FAILED', 'message 2 cannot be built', () =>
        responder.writeMessage2(NO_BYTES),
      );
      const session = new NoiseSession({ backend, ...responder.split() });
      try {
        const first = greeting === undefined ? answer : withGreeting(answer, session, greeting());
        step.run('ERR_NOISE_SERVER_WRITE_FAILED', 'message 2 cannot be sent', () => socket.write(first));
      } catch (error) {
        session.close();
        throw error;
      }
      logger.trace({}, 'Noise listener: handshake done');
      return { session, reader, remotePeerId, remotePublicKey: remoteStaticKey, role };
    } finally {
      responder.dispose();
    }
  }

  /**
   * Operations for message 1 are set aside before any is done: dialers nobody knows share a budget, so that a flood of
   * them leaves time for those who claim a trusted PeerId. The claim costs nothing, so those share one as well (D-07).
   */
  #reserveMessage1(step: HandshakeStep, remotePeerId: PeerId): DhBudget {
    const claimsTrust = this.#options.trustedPeers.get(remotePeerId) !== undefined;
    const budget = claimsTrust ? this.#trusted : this.#strangers;
    if (!budget.take(MESSAGE_1_DH)) {
      const whose = claimsTrust ? 'of trusted peers' : 'of strangers';
      throw step.error('ERR_NOISE_BUSY', `too many handshakes ${whose} at present`);
    }
    return budget;
  }

  /** What needs no Diffie-Hellman operation comes first: a flood of such messages costs next to nothing. */
  #refuseCheaply(
    step: HandshakeStep,
    remotePeerId: PeerId,
    { listenerKey }: ClientMessageParts,
  ): StaticKeyPair {
    const { identity, mode, trustedPeers } = this.#options;
    if (remotePeerId === identity.peerId) {
      throw step.error('ERR_NOISE_SELF_DIAL_DETECTED', 'the dialer has our own PeerId');
    }
    const staticKeys = this.#keys.expected(listenerKey);
    if (staticKeys === undefined) {
      throw step.error('ERR_NOISE_CLIENT_EXPECTING_DIFFERENT_PUBKEY', 'the dialer expects another key of us');
    }
    assertKnownDialer(mode, trustedPeers, remotePeerId);
    return staticKeys;
  }

  /** Authentication and, in mutual mode, replay protection; the timestamp is stored before we answer. */
  #admit(dialer: DialerIdentity, payload: Uint8Array): PeerRole {
    const { mode, trustedPeers, time } = this.#options;
    const role = authenticateDialer(mode, trustedPeers, dialer);
    if (mode === 'mutual') {
      // The length of message 1 is fixed, and with it that of the payload.
      const timestampMs = decodeTimestamp(payload);
      this.#antiReplay.check(dialer, timestampMs, time.unixTimeMs());
      this.#antiReplay.store(dialer, timestampMs, trustedPeers);
    }
    return role;
  }
}

/** Message 2 and the frames of what follows it. */
function withGreeting(answer: Uint8Array, session: NoiseSession, plaintext: Uint8Array): Uint8Array {
  const queue = new ChunkQueue();
  queue.push(plaintext);
  return join([answer, ...new FrameEncoder(session).encode(queue, plaintext.length)]);
}

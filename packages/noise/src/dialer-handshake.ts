import {
  SocketReader,
  publicKeyToBytes,
  throwIfAborted,
  type PeerId,
  type Socket,
  type X25519PublicKey,
} from '@diemnet/types';
import { encodeTimestamp } from './anti-replay.js';
import { assertDialablePeer } from './authentication.js';
import { SERVER_MESSAGE_BYTES, clientMessageParts, startClientMessage } from './client-message.js';
import { DialTimestamps } from './dial-timestamps.js';
import { HandshakeStep } from './handshake-step.js';
import type { IkResult } from './handshake/ik-handshake.js';
import { IkInitiator } from './handshake/ik-initiator.js';
import type { StaticKeys } from './static-keys.js';
import type { ResolvedNoiseUpgraderOptions, UpgradeOutboundOptions } from './upgrader-options.js';

/** The dialer's side of a handshake over a socket (wire format 4.5). */
export class DialerHandshake {
  readonly #options: ResolvedNoiseUpgraderOptions;
  readonly #keys: StaticKeys;
  readonly #timestamps = new DialTimestamps();

  constructor(options: ResolvedNoiseUpgraderOptions, keys: StaticKeys) {
    this.#options = options;
    this.#keys = keys;
  }

  /** The keys of the session, and the reader that may hold what follows message 2. */
  async run(
    socket: Socket,
    remotePublicKey: X25519PublicKey,
    { signal, remotePeerId }: UpgradeOutboundOptions,
  ): Promise<{ keys: IkResult; reader: SocketReader }> {
    throwIfAborted(signal);
    const step = new HandshakeStep(remotePeerId);
    this.#assertDialable(step, remotePublicKey, remotePeerId);
    const { initiator, message, remember } = step.run(
      'ERR_NOISE_BUILD_CLIENT_MESSAGE_FAILED',
      'message 1 cannot be built',
      () => this.#buildMessage(remotePublicKey, remotePeerId),
    );
    try {
      const reader = new SocketReader(socket);
      step.run('ERR_NOISE_CLIENT_WRITE_FAILED', 'message 1 cannot be sent', () => socket.write(message));
      this.#options.logger.trace({}, 'Noise dialer: message 1 sent');
      const answer = await step.read('ERR_NOISE_CLIENT_READ_FAILED', reader, SERVER_MESSAGE_BYTES, {
        signal,
      });
      const keys = step.run('ERR_NOISE_CLIENT_FINALIZE_FAILED', 'message 2 is not valid', () => {
        initiator.readMessage2(answer);
        return initiator.split();
      });
      remember();
      this.#options.logger.trace({}, 'Noise dialer: handshake done');
      return { keys, reader };
    } finally {
      initiator.dispose();
    }
  }

  #assertDialable(
    step: HandshakeStep,
    remotePublicKey: X25519PublicKey | undefined,
    remotePeerId: PeerId | undefined,
  ): void {
    if (!remotePublicKey) {
      throw step.error('ERR_NOISE_MISSING_SERVER_PUBLIC_KEY', 'the key to dial is not known');
    }
    if (remotePeerId === undefined) return;
    const { mode, trustedPeers } = this.#options;
    assertDialablePeer(mode, trustedPeers, { peerId: remotePeerId, publicKey: remotePublicKey });
  }

  #buildMessage(
    remotePublicKey: X25519PublicKey,
    remotePeerId: PeerId | undefined,
  ): { initiator: IkInitiator; message: Uint8Array; remember: () => void } {
    const { backend, rng, time, identity } = this.#options;
    const listenerKey = publicKeyToBytes(remotePublicKey);
    const message = startClientMessage(identity.peerId, listenerKey);
    const { prologue, noise } = clientMessageParts(message);
    const staticKeys = this.#keys.current;
    const remoteKey = staticKeys.remote(remotePublicKey, listenerKey);
    const initiator = new IkInitiator({
      backend,
      rng,
      staticKeys,
      remoteStaticKey: remoteKey,
      prologue,
    });
    const timestamp = this.#timestamps.next(remotePublicKey, time.unixTimeMs(), remotePeerId);
    initiator.writeMessage1(encodeTimestamp(timestamp), noise);
    return { initiator, message, remember: () => staticKeys.remember(remotePublicKey, remoteKey) };
  }
}

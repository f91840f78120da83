import type { NetworkAddress, PeerId, PeerRole, Socket, WaitOptions, X25519PublicKey } from '@diemnet/types';

/** What the dialer knows after Noise. */
export interface SecuredOutbound {
  readonly socket: Socket;
  readonly remotePublicKey: X25519PublicKey;
}

/** What the listener knows after Noise. */
export interface SecuredInbound extends SecuredOutbound {
  readonly remotePeerId: PeerId;
  /** From the trusted set at this moment, or Unknown. */
  readonly role: PeerRole;
  /** The greeting was sent. */
  readonly greeted?: boolean;
}

/** What the transport needs of Noise; `NoiseUpgrader` of `@diemnet/noise` fits. */
export interface SecureUpgrader {
  /** Our static key is what listeners announce. */
  readonly identity: { readonly publicKey: X25519PublicKey };
  upgradeOutbound(
    socket: Socket,
    remotePublicKey: X25519PublicKey,
    options: WaitOptions & { readonly remotePeerId: PeerId },
  ): Promise<SecuredOutbound>;
  upgradeInbound(
    socket: Socket,
    options: WaitOptions & {
      readonly remoteAddress: NetworkAddress;
      /** What the listener says first. To send it with the last message of Noise saves a write and a read. */
      readonly greeting: () => Uint8Array;
    },
  ): Promise<SecuredInbound>;
}

import type { PeerManagerHandle } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import type { PeerId } from '@diemnet/types';

/** Why ConnectivityManager closes a connection. */
export type CloseCause = 'not-trusted' | 'stale-key';

/** What the closer needs. */
export interface ConnectionCloserComponents {
  readonly peerManager: Pick<PeerManagerHandle, 'disconnect'>;
  readonly onClosed: (metadata: ConnectionMetadata) => void;
  readonly onFailed: (metadata: ConnectionMetadata, error: unknown) => void;
}

/**
 * Asks for connections to be closed and never waits for it (D-01). While one request for a connection is
 * unanswered it is not repeated; after it failed the next look repeats it.
 */
export class ConnectionCloser {
  readonly #components: ConnectionCloserComponents;
  readonly #pending = new Map<PeerId, number>();

  constructor(components: ConnectionCloserComponents) {
    this.#components = components;
  }

  /** Asks to close this connection, unless that is asked already. */
  close(metadata: ConnectionMetadata, cause: CloseCause): void {
    if (this.#pending.get(metadata.remotePeerId) === metadata.connectionId) return;
    this.#pending.set(metadata.remotePeerId, metadata.connectionId);
    void this.#request(metadata, cause);
  }

  /** The peer has no connection any more. */
  forget(peerId: PeerId): void {
    this.#pending.delete(peerId);
  }

  async #request(metadata: ConnectionMetadata, cause: CloseCause): Promise<void> {
    const { peerManager, onClosed, onFailed } = this.#components;
    try {
      await peerManager.disconnect(metadata.remotePeerId, cause);
      onClosed(metadata);
    } catch (error) {
      onFailed(metadata, error);
    } finally {
      if (this.#pending.get(metadata.remotePeerId) === metadata.connectionId) {
        this.#pending.delete(metadata.remotePeerId);
      }
    }
  }
}

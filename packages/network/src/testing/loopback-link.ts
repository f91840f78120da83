import type { ConnectionMetadata, ConnectionOrigin } from '@diemnet/transport';
import { publicKeyFromHex, type NetworkAddress, type PeerId } from '@diemnet/types';
import { protocolIdSet, type ProtocolIdSet } from '@diemnet/wire';
import type { LoopbackNode } from './loopback-node.js';

/** A connection of two nodes, with the metadata that each of them has of it. */
export class LoopbackLink {
  readonly #dialer: LoopbackNode;
  readonly #listener: LoopbackNode;
  readonly #ofDialer: ConnectionMetadata;
  readonly #ofListener: ConnectionMetadata;
  #open = true;

  constructor(dialer: LoopbackNode, listener: LoopbackNode, connectionId: number) {
    this.#dialer = dialer;
    this.#listener = listener;
    const theirs = new Set(listener.protocolIds());
    const common = protocolIdSet(dialer.protocolIds().filter((id) => theirs.has(id)));
    this.#ofDialer = metadataOf(listener.context.peerId, connectionId, 'outbound', common);
    this.#ofListener = metadataOf(dialer.context.peerId, connectionId, 'inbound', common);
  }

  /** False once it has ended: what is on its way is lost. */
  get open(): boolean {
    return this.#open;
  }

  close(): void {
    this.#open = false;
  }

  /** The connection as this node sees it. */
  metadataFor(node: LoopbackNode): ConnectionMetadata {
    return node === this.#dialer ? this.#ofDialer : this.#ofListener;
  }

  /** The node at the other end. */
  otherEnd(node: LoopbackNode): LoopbackNode {
    return node === this.#dialer ? this.#listener : this.#dialer;
  }
}

function metadataOf(
  remotePeerId: PeerId,
  connectionId: number,
  origin: ConnectionOrigin,
  applicationProtocols: ProtocolIdSet,
): ConnectionMetadata {
  // The last 16 bytes of a key make the PeerId of an unknown peer, so this one fits.
  const remotePublicKey = publicKeyFromHex(remotePeerId + remotePeerId);
  return {
    remotePeerId,
    remotePublicKey,
    connectionId,
    address: `/memory/${connectionId + 1}/ln-noise-ik/${remotePublicKey}/ln-handshake/0` as NetworkAddress,
    remoteIp: undefined,
    origin,
    messagingVersion: 0,
    applicationProtocols,
    role: 'Unknown',
  };
}

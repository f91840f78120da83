import type { DisconnectCause } from '@diemnet/peer';
import {
  DiemNetError,
  PUBLIC_NETWORK,
  systemTime,
  type NetworkContext,
  type NetworkId,
  type PeerId,
  type RoleType,
  type TimeService,
} from '@diemnet/types';
import { LoopbackNode } from './loopback-node.js';
import { LoopbackLink } from './loopback-link.js';

/** How a loopback network behaves. */
export interface LoopbackNetworkOptions {
  /** Clock of RPC timeouts. @default systemTime */
  readonly time?: TimeService;
  /** @default PUBLIC_NETWORK */
  readonly networkId?: NetworkId;
  /** Runs what travels between nodes later, in order. @default queueMicrotask */
  readonly deliver?: (callback: () => void) => void;
}

/**
 * Nodes in one process that talk without transport, encryption or bytes of the wire: what applications need to be
 * tested with several peers. Each node stands for a PeerManager.
 *
 * @example
 * const network = new LoopbackNetwork();
 * const [a, b] = [network.createNode(peerA), network.createNode(peerB)];
 * const alice = registerApplication(a.components, application);
 * const bob = registerApplication(b.components, application);
 * network.connect(peerA, peerB);
 */
export class LoopbackNetwork {
  readonly time: TimeService;
  readonly #networkId: NetworkId;
  readonly #deliver: (callback: () => void) => void;
  readonly #nodes = new Map<PeerId, LoopbackNode>();
  #connections = 0;

  constructor(options: LoopbackNetworkOptions = {}) {
    this.time = options.time ?? systemTime;
    this.#networkId = options.networkId ?? PUBLIC_NETWORK;
    this.#deliver = options.deliver ?? ((callback) => queueMicrotask(callback));
  }

  /** Adds a node. */
  createNode(peerId: PeerId, { role = 'full_node' }: { readonly role?: RoleType } = {}): LoopbackNode {
    const context: NetworkContext = { role, networkId: this.#networkId, peerId };
    const node = new LoopbackNode(this, context);
    this.#nodes.set(peerId, node);
    return node;
  }

  /** Connects two nodes, as if `from` had dialed; both hear of it. Does nothing if they are connected. */
  connect(from: PeerId, to: PeerId): void {
    const dialer = this.#node(from);
    const listener = this.#node(to);
    if (dialer.link(to) !== undefined) return;
    const link = new LoopbackLink(dialer, listener, this.#connections++);
    dialer.attach(link);
    listener.attach(link);
  }

  /** Ends the connection of two nodes; both hear of it. */
  disconnect(from: PeerId, to: PeerId, cause: DisconnectCause = 'requested'): void {
    const link = this.#node(from).link(to);
    if (link === undefined) return;
    link.close();
    this.#node(from).detach(link, cause);
    this.#node(to).detach(link, cause === 'requested' ? 'remote-closed' : cause);
  }

  /** @internal Runs `callback` later. */
  later(callback: () => void): void {
    this.#deliver(callback);
  }

  #node(peerId: PeerId): LoopbackNode {
    const node = this.#nodes.get(peerId);
    if (node === undefined) throw new DiemNetError('ERR_DIAL_FAILED', `no node has the PeerId ${peerId}`);
    return node;
  }
}

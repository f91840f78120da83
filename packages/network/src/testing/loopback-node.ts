import { disconnectReasonOf, type DisconnectCause } from '@diemnet/peer';
import type {
  ConnectionEvent,
  ConnectionListener,
  PeerManagerHandle,
  ProtocolHandler,
  ProtocolKind,
  ProtocolRegistration,
  ProtocolRegistry,
  RpcOptions,
} from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  DiemNetError,
  throwIfAborted,
  type NetworkAddress,
  type NetworkContext,
  type PeerId,
  type TimeService,
} from '@diemnet/types';
import type { ProtocolId } from '@diemnet/wire';
import type { LoopbackLink } from './loopback-link.js';
import type { LoopbackNetwork } from './loopback-network.js';
import { LoopbackRpc } from './loopback-rpc.js';

/** One node of a {@link LoopbackNetwork}: stands for its PeerManager towards services and applications. */
export class LoopbackNode implements PeerManagerHandle, ProtocolRegistry {
  readonly context: NetworkContext;
  readonly #network: LoopbackNetwork;
  readonly #handlers = new Map<string, ProtocolHandler>();
  readonly #protocolIds = new Set<ProtocolId>();
  readonly #links = new Map<PeerId, LoopbackLink>();
  readonly #rpcs = new Map<PeerId, Set<LoopbackRpc>>();
  readonly #listeners = new Set<ConnectionListener>();

  /** @internal Use `network.createNode`. */
  constructor(network: LoopbackNetwork, context: NetworkContext) {
    this.#network = network;
    this.context = context;
  }

  /** What `registerApplication` wants. */
  get components(): {
    readonly registry: ProtocolRegistry;
    readonly peerManager: PeerManagerHandle;
    readonly context: NetworkContext;
    readonly time: TimeService;
  } {
    return { registry: this, peerManager: this, context: this.context, time: this.#network.time };
  }

  register(...registrations: readonly ProtocolRegistration[]): void {
    for (const { protocolId, kinds } of registrations) {
      for (const kind of kinds) {
        if (!this.#handlers.has(slot(protocolId, kind))) continue;
        throw new DiemNetError('ERR_PROTOCOL_REGISTERED', `protocol ${protocolId} has a handler for ${kind}`);
      }
    }
    for (const { protocolId, kinds, handler } of registrations) {
      for (const kind of kinds) this.#handlers.set(slot(protocolId, kind), handler);
      this.#protocolIds.add(protocolId);
    }
  }

  protocolIds(): ProtocolId[] {
    return [...this.#protocolIds].sort((a, b) => a - b);
  }

  async dial(peerId: PeerId, _address?: NetworkAddress): Promise<ConnectionMetadata> {
    if (this.#links.has(peerId)) throw new DiemNetError('ERR_ALREADY_CONNECTED', `connected to ${peerId}`);
    this.#network.connect(this.context.peerId, peerId);
    return this.connection(peerId) as ConnectionMetadata;
  }

  async disconnect(peerId: PeerId, cause?: DisconnectCause): Promise<void> {
    this.#connected(peerId);
    this.#network.disconnect(this.context.peerId, peerId, cause);
  }

  sendDirectSend(peerId: PeerId, protocolId: ProtocolId, payload: Uint8Array): boolean {
    const link = this.#speaking(peerId, protocolId);
    const receiver = link.otherEnd(this);
    this.#network.later(() => {
      if (!link.open) return;
      const handler = receiver.#handlers.get(slot(protocolId, 'direct-send'));
      handler?.onDirectSend(link.metadataFor(receiver), protocolId, payload);
    });
    return true;
  }

  async ready(peerId: PeerId): Promise<void> {
    this.#connected(peerId);
  }

  async sendRpc(
    peerId: PeerId,
    protocolId: ProtocolId,
    payload: Uint8Array,
    options: RpcOptions,
  ): Promise<Uint8Array> {
    throwIfAborted(options.signal);
    const link = this.#speaking(peerId, protocolId);
    const receiver = link.otherEnd(this);
    const rpc = new LoopbackRpc(this.#network, options);
    const rpcs = this.#rpcs.get(peerId) ?? new Set();
    this.#rpcs.set(peerId, rpcs.add(rpc));
    this.#network.later(() => {
      const handler = receiver.#handlers.get(slot(protocolId, 'rpc'));
      if (!link.open || rpc.closed) return;
      if (handler === undefined) rpc.reject(new DiemNetError('ERR_NOT_SUPPORTED', 'no handler for this RPC'));
      else handler.onRpcRequest(link.metadataFor(receiver), protocolId, payload, rpc);
    });
    try {
      return await rpc.response;
    } finally {
      rpcs.delete(rpc);
    }
  }

  subscribe(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    for (const metadata of this.connections()) listener({ type: 'new-peer', metadata });
    return () => this.#listeners.delete(listener);
  }

  connection(peerId: PeerId): ConnectionMetadata | undefined {
    return this.#links.get(peerId)?.metadataFor(this);
  }

  *connections(): IterableIterator<ConnectionMetadata> {
    for (const link of this.#links.values()) yield link.metadataFor(this);
  }

  /** @internal */
  link(peerId: PeerId): LoopbackLink | undefined {
    return this.#links.get(peerId);
  }

  /** @internal */
  attach(link: LoopbackLink): void {
    const metadata = link.metadataFor(this);
    this.#links.set(metadata.remotePeerId, link);
    this.#emit({ type: 'new-peer', metadata });
  }

  /** @internal */
  detach(link: LoopbackLink, cause: DisconnectCause): void {
    const metadata = link.metadataFor(this);
    const { remotePeerId } = metadata;
    this.#links.delete(remotePeerId);
    const closed = new DiemNetError('ERR_CONNECTION_CLOSED', 'the connection ended before the response');
    for (const rpc of this.#rpcs.get(remotePeerId) ?? []) rpc.reject(closed);
    this.#rpcs.delete(remotePeerId);
    this.#emit({ type: 'lost-peer', metadata, cause, reason: disconnectReasonOf(cause) });
  }

  #emit(event: ConnectionEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #connected(peerId: PeerId): LoopbackLink {
    const link = this.#links.get(peerId);
    if (link === undefined) throw new DiemNetError('ERR_NOT_CONNECTED', `not connected to ${peerId}`);
    return link;
  }

  #speaking(peerId: PeerId, protocolId: ProtocolId): LoopbackLink {
    const link = this.#connected(peerId);
    if (!link.metadataFor(this).applicationProtocols.has(protocolId)) {
      throw new DiemNetError('ERR_PROTOCOL_NOT_SUPPORTED', `${peerId} does not speak protocol ${protocolId}`);
    }
    return link;
  }
}

function slot(protocolId: ProtocolId, kind: ProtocolKind): string {
  return `${protocolId} ${kind}`;
}

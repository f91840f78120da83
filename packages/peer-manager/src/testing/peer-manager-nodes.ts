import type { Transport } from '@diemnet/netcore';
import { memoryAddress } from '@diemnet/network-address';
import type { PeerOptions } from '@diemnet/peer';
import { DiemNetTransport, type SecureUpgrader } from '@diemnet/transport';
import {
  TrustedPeers,
  VALIDATOR_NETWORK,
  chainIdFromNumber,
  type ChainId,
  type Logger,
  type Metrics,
  type NetworkAddress,
  type NetworkContext,
  type NetworkId,
  type PeerId,
  type PeerRole,
  type TimeService,
  type TrustedPeersView,
  type X25519PublicKey,
} from '@diemnet/types';
import type { ProtocolRegistration } from '../contracts.js';
import { PeerManagerError } from '../errors.js';
import type { PeerManagerOptions } from '../options.js';
import { PeerManager } from '../peer-manager.js';

/** Who a node is, and how it secures its connections: `NoiseUpgrader` of `@diemnet/noise`, or a double. */
export interface NodeSecurity {
  readonly peerId: PeerId;
  readonly publicKey: X25519PublicKey;
  readonly noise: SecureUpgrader;
}

/** What all nodes of a harness share. */
export interface PeerManagerNodesOptions {
  /** E.g. a MemoryTransport. */
  readonly base: Transport;
  /** Identity and Noise of the node with this number, from 1 up. */
  readonly secure: (number: number, trustedPeers: TrustedPeersView) => NodeSecurity;
  readonly time: TimeService;
  /** @default the validator network */
  readonly networkId?: NetworkId;
  readonly chainId?: ChainId;
}

/** How one node differs. */
export interface PeerManagerNodeOptions {
  readonly registrations?: readonly ProtocolRegistration[];
  readonly options?: Partial<PeerManagerOptions> & { readonly peer?: PeerOptions };
  readonly metrics?: Metrics;
  readonly logger?: Logger;
  /** @default any free memory port */
  readonly listenAddress?: NetworkAddress;
}

/** One running node. */
export interface PeerManagerNode {
  readonly peerId: PeerId;
  readonly publicKey: X25519PublicKey;
  readonly trustedPeers: TrustedPeers;
  readonly transport: DiemNetTransport;
  readonly peerManager: PeerManager;
  /** What others dial. */
  readonly address: NetworkAddress;
}

/**
 * Builds PeerManagers over a real stack: base transport, security, version handshake, Peers.
 *
 * @example
 * const nodes = new PeerManagerNodes({ base: new MemoryTransport(new MemoryNetwork()), secure, time });
 * const [a, b] = [await nodes.start(), await nodes.start()];
 * nodes.trustEachOther();
 * await a.peerManager.dial(b.peerId, b.address);
 */
export class PeerManagerNodes {
  readonly #options: PeerManagerNodesOptions;
  readonly #nodes: PeerManagerNode[] = [];

  constructor(options: PeerManagerNodesOptions) {
    this.#options = options;
  }

  /** Starts the next node, which trusts nobody. */
  async start(node: PeerManagerNodeOptions = {}): Promise<PeerManagerNode> {
    const { base, secure, time, networkId = VALIDATOR_NETWORK } = this.#options;
    const { chainId = chainIdFromNumber(4) } = this.#options;
    const { metrics, logger } = node;
    const trustedPeers = new TrustedPeers();
    const { peerId, publicKey, noise } = secure(this.#nodes.length + 1, trustedPeers);
    const context: NetworkContext = { role: 'validator', networkId, peerId };
    const transport: DiemNetTransport = new DiemNetTransport({
      base,
      noise,
      handshake: { chainId, networkId, protocols: () => peerManager.protocolIds() },
      context,
      time,
      metrics,
      logger,
    });
    const peerManager: PeerManager = new PeerManager(
      { transport, trustedPeers, context, time, metrics, logger },
      node.options,
    );
    for (const registration of node.registrations ?? []) peerManager.register(registration);
    await peerManager.start({ listenAddress: node.listenAddress ?? memoryAddress(0) });
    const address = peerManager.listenAddress;
    if (address === undefined) throw new PeerManagerError('ERR_LISTEN_FAILED', 'the node does not listen');
    const started = { peerId, publicKey, trustedPeers, transport, peerManager, address };
    this.#nodes.push(started);
    return started;
  }

  /** From now on every node trusts every other with this role. */
  trustEachOther(role: PeerRole = 'Validator'): void {
    for (const node of this.#nodes) {
      const others = this.#nodes.filter((other) => other !== node);
      node.trustedPeers.replace(
        new Map(others.map(({ peerId, publicKey }) => [peerId, { keys: new Set([publicKey]), role }])),
      );
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(({ peerManager }) => peerManager.stop()));
  }
}

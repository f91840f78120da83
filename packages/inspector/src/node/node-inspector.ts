import { networkLabel, peerIdFromHex, systemTime, type RoleType, type TimeService } from '@diemnet/types';
import type { NodeEvent } from '../model/event.js';
import type { PeerExplanationSnapshot } from '../model/explanation.js';
import type { NodeSnapshot } from '../model/snapshot.js';
import type { InspectorSource } from '../source.js';
import { InspectorError } from '../errors.js';
import { EventRing } from './event-ring.js';
import { explainOnNetwork } from './explain-peer.js';
import type { InspectedNetwork } from './inspected-network.js';
import { snapshotNetwork } from './network-snapshot.js';
import { watchNetwork } from './watch-network.js';

/** What is inspected; a `DiemNetNode` fits. */
export interface InspectedNode {
  readonly role: RoleType;
  readonly networks: readonly InspectedNetwork[];
}

/** Options of a {@link NodeInspector}. */
export interface NodeInspectorOptions {
  /** What people call the node. @default the role and the PeerId's first digits */
  readonly name?: string | undefined;
  /** Events that are kept for those who come later. @default 1000 */
  readonly eventCapacity?: number | undefined;
  /** The clock of the node. @default systemTime */
  readonly time?: TimeService | undefined;
}

/** Defaults of {@link NodeInspectorOptions}. */
export const DEFAULT_NODE_INSPECTOR_OPTIONS = Object.freeze({ eventCapacity: 1000 });

/**
 * Looks into a node of this process: snapshots, explanations, and what happened lately. It only reads, except where
 * {@link disconnect} is called. Create it before the node starts, so that it hears everything.
 *
 * @example
 * const inspector = new NodeInspector(node, { name: 'validator-0' });
 * inspector.snapshot().networks[0].peers;
 * inspector.explain(peerId)[0].summary;
 */
export class NodeInspector implements InspectorSource, Disposable {
  readonly name: string;
  readonly #node: InspectedNode;
  readonly #time: TimeService;
  readonly #startedUnixMs: number;
  readonly #events: EventRing;
  readonly #unwatch: (() => void)[];

  /** @throws InspectorError `ERR_INVALID_OPTION` */
  constructor(node: InspectedNode, options: NodeInspectorOptions = {}) {
    const { name, eventCapacity = DEFAULT_NODE_INSPECTOR_OPTIONS.eventCapacity, time = systemTime } = options;
    if (!Number.isSafeInteger(eventCapacity) || eventCapacity < 1) {
      throw new InspectorError(
        'ERR_INVALID_OPTION',
        `eventCapacity is a positive number, got ${eventCapacity}`,
      );
    }
    this.name = name ?? defaultName(node);
    this.#node = node;
    this.#time = time;
    this.#startedUnixMs = time.unixTimeMs();
    this.#events = new EventRing(eventCapacity);
    this.#unwatch = node.networks.map((network) =>
      watchNetwork(network, { node: this.name, time, onEvent: (event) => this.#events.push(event) }),
    );
  }

  snapshot(): NodeSnapshot {
    return {
      node: this.name,
      role: this.#node.role,
      atUnixMs: this.#time.unixTimeMs(),
      startedUnixMs: this.#startedUnixMs,
      networks: this.#node.networks.map((network) => snapshotNetwork(network, this.#time)),
    };
  }

  /** @throws TypesError `ERR_INVALID_PEER_ID` */
  explain(peerId: string): PeerExplanationSnapshot[] {
    return this.#node.networks.map((network) =>
      explainOnNetwork(this.name, network, peerId, this.#events.events),
    );
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    return this.#events.subscribe(listener);
  }

  /** Closes the connection to a peer on a network. @throws TypesError `ERR_INVALID_PEER_ID` */
  async disconnect(network: string, peerId: string): Promise<boolean> {
    const id = peerIdFromHex(peerId);
    const found = this.#node.networks.find(
      ({ context, peerManager }) =>
        networkLabel(context.networkId) === network &&
        peerManager.statistics().some(({ metadata }) => metadata.remotePeerId === id),
    );
    if (found === undefined) return false;
    await found.peerManager.disconnect(id, 'requested');
    return true;
  }

  /** Stops listening to the node and forgets who listens to it. May be called twice. */
  close(): void {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    this.#events.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function defaultName({ role, networks: [network] }: InspectedNode): string {
  return network === undefined ? role : `${role}-${network.context.peerId.slice(0, 8)}`;
}

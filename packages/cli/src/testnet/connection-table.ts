import type { ExpectedConnection } from './layout.js';
import type { NodeEvent } from './node-process.js';

/** What one node's demo application counted on one connection. */
export interface TrafficCounts {
  readonly directSendsSent: number;
  readonly directSendsReceived: number;
  readonly rpcsAnswered: number;
  readonly rpcsFailed: number;
  readonly medianRoundTripMs: number | null;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

export const NO_TRAFFIC: TrafficCounts = Object.freeze({
  directSendsSent: 0,
  directSendsReceived: 0,
  rpcsAnswered: 0,
  rpcsFailed: 0,
  medianRoundTripMs: null,
  bytesSent: 0,
  bytesReceived: 0,
});

/** A connection as one of its ends sees it. */
export interface ConnectionEnd {
  readonly node: string;
  readonly peer: string;
  readonly network: string;
  connected: boolean;
  origin: string | undefined;
  lostBecause: string | undefined;
  traffic: TrafficCounts;
}

/** A connection that stands although no topology rule asks for it. */
export interface UnexpectedConnection {
  readonly network: string;
  readonly node: string;
  readonly peer: string;
}

/** What all nodes say about their connections, put side by side. */
export class ConnectionTable {
  readonly #ends = new Map<string, ConnectionEnd>();
  readonly #nameOf: (network: string, peerId: string) => string | undefined;

  /** @param nameOf the node that has this PeerId on this network */
  constructor(nameOf: (network: string, peerId: string) => string | undefined) {
    this.#nameOf = nameOf;
  }

  /** Takes in an event of `node`. Returns a line about what changed, if anything did. */
  apply(node: string, event: NodeEvent): string | undefined {
    const network = String(event['network']);
    if (event.event === 'stats') {
      for (const [peerId, traffic] of Object.entries(event['peers'] as Record<string, TrafficCounts>)) {
        this.#end(node, network, peerId).traffic = traffic;
      }
      return undefined;
    }
    if (event.event !== 'new-peer' && event.event !== 'lost-peer') return undefined;
    const end = this.#end(node, network, String(event['peer']));
    end.connected = event.event === 'new-peer';
    end.origin = end.connected ? String(event['origin']) : undefined;
    end.lostBecause = end.connected ? undefined : String(event['cause'] ?? event['reason']);
    return end.connected
      ? `${network}: ${node} connected to ${end.peer} (${end.origin})`
      : `${network}: ${node} lost ${end.peer} (${end.lostBecause})`;
  }

  /** The process of `node` is gone, and its connections with it. */
  nodeGone(node: string): void {
    for (const end of this.#ends.values()) {
      if (end.node === node) end.connected = false;
    }
  }

  /** Forgets `node` altogether, after it left the network. */
  forget(node: string): void {
    for (const [key, end] of this.#ends) {
      if (end.node === node || end.peer === node) this.#ends.delete(key);
    }
  }

  end(node: string, peer: string, network: string): ConnectionEnd | undefined {
    return this.#ends.get(keyOf(node, peer, network));
  }

  /** True if both ends say that the connection stands. */
  stands({ from, to, network }: ExpectedConnection): boolean {
    return this.end(from, to, network)?.connected === true && this.end(to, from, network)?.connected === true;
  }

  /** Ends that stand and that `expected` does not name. */
  unexpected(expected: readonly ExpectedConnection[]): UnexpectedConnection[] {
    const wanted = new Set(
      expected.flatMap(({ from, to, network }) => [keyOf(from, to, network), keyOf(to, from, network)]),
    );
    return [...this.#ends]
      .filter(([key, end]) => end.connected && !wanted.has(key))
      .map(([, { network, node, peer }]) => ({ network, node, peer }));
  }

  /** All ends known so far. */
  ends(): ConnectionEnd[] {
    return [...this.#ends.values()];
  }

  #end(node: string, network: string, peerId: string): ConnectionEnd {
    const peer = this.#nameOf(network, peerId) ?? peerId;
    const key = keyOf(node, peer, network);
    const known = this.#ends.get(key);
    if (known !== undefined) return known;
    const end: ConnectionEnd = {
      node,
      peer,
      network,
      connected: false,
      origin: undefined,
      lostBecause: undefined,
      traffic: NO_TRAFFIC,
    };
    this.#ends.set(key, end);
    return end;
  }
}

function keyOf(node: string, peer: string, network: string): string {
  return `${network}\n${node}\n${peer}`;
}

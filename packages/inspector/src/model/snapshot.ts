/**
 * What the inspector tells about nodes, as it travels in JSON. Plain data: the page in the browser reads the same types,
 * so nothing here may import anything.
 */

/** Traffic of one protocol on one connection, since the connection began. */
export interface ProtocolSnapshot {
  /** As in metrics, e.g. `ConsensusRpc`, or the number of a protocol without a name. */
  readonly protocol: string;
  readonly messagesIn: number;
  readonly bytesIn: number;
  readonly messagesOut: number;
  readonly bytesOut: number;
}

/** One connection. */
export interface PeerSnapshot {
  /** 32 lower-case hex digits. */
  readonly peerId: string;
  readonly publicKey: string;
  readonly connectionId: number;
  /** `outbound`: this node dialed. */
  readonly origin: 'inbound' | 'outbound';
  /** The peer's role as this node knows it. */
  readonly role: string;
  readonly address: string;
  readonly connectedSinceUnixMs: number;
  /** Negotiated protocols by name. */
  readonly protocols: readonly string[];
  /** Of the last answered ping. */
  readonly roundTripMs: number | null;
  /** Pings in a row without an answer. */
  readonly failedPings: number;
  /** Stream bytes, headers included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Milliseconds since the last bytes came; null if none have. */
  readonly quietForMs: number | null;
  readonly queuedMessages: number;
  readonly queuedBytes: number;
  /** Messages that found no room in the queues. */
  readonly refusedMessages: number;
  /** Received messages that no handler took. */
  readonly unhandledMessages: number;
  readonly pendingOutboundRpcs: number;
  readonly pendingInboundRpcs: number;
  readonly traffic: readonly ProtocolSnapshot[];
}

/** A peer that the node knows of and is not connected to. */
export interface AbsentPeerSnapshot {
  readonly peerId: string;
  readonly role: string;
  /** True if this node is the one that should dial. */
  readonly oursToDial: boolean;
  /** What becomes of it: `waiting` and `dialing`, or why it is not dialed. */
  readonly state: string;
  readonly attempts: number;
  /** Milliseconds to the next attempt; null if none is planned. */
  readonly nextAttemptMs: number | null;
  readonly lastFailure: FailureSnapshot | null;
}

/** A dial that failed. */
export interface FailureSnapshot {
  readonly atUnixMs: number;
  readonly address: string;
  readonly code: string;
  readonly message: string;
  readonly stage: string | null;
  readonly reason: string | null;
  readonly likelyCause: string | null;
}

/** One network of a node. */
export interface NetworkSnapshot {
  /** `Validator`, `Public` or the name of a private network. */
  readonly network: string;
  readonly state: string;
  readonly role: string;
  readonly peerId: string;
  readonly publicKey: string;
  /** Null before it is bound. */
  readonly listenAddress: string | null;
  readonly inboundConnections: number;
  readonly outboundConnections: number;
  readonly dialsQueued: number;
  readonly trustedPeers: number;
  readonly peers: readonly PeerSnapshot[];
  readonly absentPeers: readonly AbsentPeerSnapshot[];
}

/** One node at one moment. */
export interface NodeSnapshot {
  readonly node: string;
  readonly role: string;
  readonly atUnixMs: number;
  readonly startedUnixMs: number;
  readonly networks: readonly NetworkSnapshot[];
}

/** What a server knows of one of its nodes: its snapshot, or why there is none. */
export type NodeReport =
  | { readonly node: string; readonly ok: true; readonly snapshot: NodeSnapshot }
  | { readonly node: string; readonly ok: false; readonly error: string };

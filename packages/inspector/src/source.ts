import type { NodeEvent } from './model/event.js';
import type { PeerExplanationSnapshot } from './model/explanation.js';
import type { NodeSnapshot } from './model/snapshot.js';

/** Something that tells about one node: a {@link NodeInspector} in the same process, or a remote one. */
export interface InspectorSource {
  /** Unique among the sources of a server. */
  readonly name: string;
  /** The node now. Rejects if the node cannot be asked. */
  snapshot(): NodeSnapshot | Promise<NodeSnapshot>;
  /** Why the peer is connected, or not: an answer per network. */
  explain(peerId: string): PeerExplanationSnapshot[] | Promise<PeerExplanationSnapshot[]>;
  /** Past events as far as they are kept, oldest first, and then every new one. Returns the way to leave. */
  subscribe(listener: (event: NodeEvent) => void): () => void;
  /** Closes the connection to a peer. False if there is none. Absent: cannot be done. */
  disconnect?(network: string, peerId: string): Promise<boolean>;
}

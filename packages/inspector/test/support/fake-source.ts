import type { InspectorSource, NodeEvent, NodeSnapshot, PeerExplanationSnapshot } from '../../src/index.js';

export const PEER = 'ab'.repeat(16);

/** A source whose answers are what a test says. */
export class FakeSource implements InspectorSource {
  readonly name: string;
  state = 'started';
  failure: Error | undefined;
  asked = 0;
  readonly disconnected: string[] = [];
  readonly #listeners = new Set<(event: NodeEvent) => void>();
  readonly past: NodeEvent[] = [];

  constructor(name = 'node-1') {
    this.name = name;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  async snapshot(): Promise<NodeSnapshot> {
    this.asked++;
    if (this.failure !== undefined) throw this.failure;
    return {
      node: this.name,
      role: 'validator',
      atUnixMs: 2,
      startedUnixMs: 1,
      networks: [
        {
          network: 'Validator',
          state: this.state,
          role: 'validator',
          peerId: '01'.repeat(16),
          publicKey: '02'.repeat(32),
          listenAddress: null,
          inboundConnections: 0,
          outboundConnections: 0,
          dialsQueued: 0,
          trustedPeers: 0,
          peers: [],
          absentPeers: [],
        },
      ],
    };
  }

  async explain(): Promise<PeerExplanationSnapshot[]> {
    if (this.failure !== undefined) throw this.failure;
    return [];
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    this.past.forEach(listener);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async disconnect(network: string, peerId: string): Promise<boolean> {
    if (network !== 'Validator') return false;
    this.disconnected.push(peerId);
    return true;
  }

  /** Something happens. */
  happen(connectionId: number, kind: 'connected' | 'replaced' = 'connected'): void {
    const event: NodeEvent = {
      kind,
      node: this.name,
      network: 'Validator',
      atUnixMs: 3,
      peerId: PEER,
      address: '/memory/1',
      origin: 'inbound',
      role: 'Validator',
      connectionId,
      cause: null,
    };
    for (const listener of [...this.#listeners]) listener(event);
  }
}

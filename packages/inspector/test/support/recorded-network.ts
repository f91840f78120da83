import type { TimeService } from '@diemnet/types';
import { MockTime } from '@diemnet/types/testing';
import {
  InspectionRecorder,
  type NodeEvent,
  type NodeSnapshot,
  type PeerExplanationSnapshot,
  type RecordedSource,
} from '../../src/index.js';

/** PeerId of a node by its number. */
export function peerIdOf(index: number): string {
  return String(index).padStart(2, '0').repeat(16);
}

/** A node whose connections are what a test says: it dials those with a larger number. */
export class RecordedNode implements RecordedSource {
  readonly name: string;
  readonly peers = new Set<number>();
  readonly #index: number;
  readonly #count: number;
  readonly #time: TimeService;
  readonly #listeners = new Set<(event: NodeEvent) => void>();

  constructor(index: number, count: number, time: TimeService) {
    this.name = `node-${index}`;
    this.#index = index;
    this.#count = count;
    this.#time = time;
  }

  snapshot(): NodeSnapshot {
    const seconds = this.#time.now() / 1000;
    const others = Array.from({ length: this.#count }, (_, i) => i).filter((i) => i !== this.#index);
    return {
      node: this.name,
      role: 'validator',
      atUnixMs: this.#time.unixTimeMs(),
      startedUnixMs: 0,
      networks: [
        {
          network: 'Validator',
          state: 'started',
          role: 'validator',
          peerId: peerIdOf(this.#index),
          publicKey: 'ff'.repeat(32),
          listenAddress: null,
          inboundConnections: 0,
          outboundConnections: 0,
          dialsQueued: 0,
          trustedPeers: this.#count,
          peers: [...this.peers].map((peer) => ({
            peerId: peerIdOf(peer),
            publicKey: 'ff'.repeat(32),
            connectionId: peer,
            origin: peer > this.#index ? 'outbound' : 'inbound',
            role: 'Validator',
            address: `/memory/${peer}`,
            connectedSinceUnixMs: 0,
            protocols: ['ConsensusRpc'],
            roundTripMs: 5,
            failedPings: 0,
            bytesIn: 0,
            bytesOut: 0,
            quietForMs: 0,
            queuedMessages: 0,
            queuedBytes: 0,
            refusedMessages: 0,
            unhandledMessages: 0,
            pendingOutboundRpcs: 0,
            pendingInboundRpcs: 0,
            traffic: [
              {
                protocol: 'ConsensusRpc',
                messagesIn: 0,
                bytesIn: 0,
                messagesOut: 10 * seconds,
                bytesOut: 1000 * seconds,
              },
            ],
          })),
          absentPeers: others
            .filter((i) => !this.peers.has(i))
            .map((i) => ({
              peerId: peerIdOf(i),
              role: 'Validator',
              oursToDial: i > this.#index,
              state: 'waiting',
              attempts: 1,
              nextAttemptMs: 1000,
              lastFailure: null,
            })),
        },
      ],
    };
  }

  explain(peerId: string): PeerExplanationSnapshot[] {
    const connected = [...this.peers].some((i) => peerIdOf(i) === peerId);
    return [
      {
        node: this.name,
        network: 'Validator',
        peerId,
        connected,
        summary: connected ? 'Connected: we dialed it.' : 'Not connected: the next attempt comes in 1.0 s.',
        facts: [],
        sources: [{ source: 'OnChainValidatorSet', role: 'Validator', keys: [], addresses: [] }],
        role: 'Validator',
        roleRule: 'highest-priority-source',
        keys: [],
        addresses: [],
        eligible: true,
        oursToDial: true,
        dial: {
          phase: connected ? null : 'waiting',
          address: null,
          dueInMs: connected ? null : 1000 - (this.#time.now() % 1000),
          attempts: 1,
          notDialed: null,
          lastFailure: null,
        },
        connection: null,
        recentFailures: [],
      },
    ];
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  connect(other: RecordedNode, stands = true): void {
    if (stands) this.peers.add(other.#index);
    else this.peers.delete(other.#index);
    for (const listener of this.#listeners) {
      listener({
        kind: stands ? 'connected' : 'disconnected',
        node: this.name,
        network: 'Validator',
        atUnixMs: this.#time.unixTimeMs(),
        peerId: peerIdOf(other.#index),
        address: `/memory/${other.#index}`,
        origin: other.#index > this.#index ? 'outbound' : 'inbound',
        role: 'Validator',
        connectionId: other.#index,
        cause: stands ? null : 'unhealthy',
      });
    }
    if (other.peers.has(this.#index) !== stands) other.connect(this, stands);
  }
}

/**
 * A minute of three nodes: a mesh after a second; node-2 is cut off from 20 s to 40 s, and crashes at 50 s. Returns
 * the text of the recording.
 */
export function recordMinute(): string {
  const time = new MockTime();
  const lines: string[] = [];
  const recorder = new InspectionRecorder({ write: (line) => lines.push(line), time, title: 'a minute' });
  const nodes = [0, 1, 2].map((i) => new RecordedNode(i, 3, time));
  const [first, second, third] = nodes as [RecordedNode, RecordedNode, RecordedNode];
  nodes.forEach((node) => recorder.add(node));
  const runTo = (seconds: number) => {
    while (time.now() < seconds * 1000) {
      recorder.tick();
      time.advance(100);
    }
  };
  runTo(1);
  first.connect(second);
  first.connect(third);
  second.connect(third);
  runTo(20);
  recorder.note('node-2 is cut off');
  first.connect(third, false);
  second.connect(third, false);
  runTo(40);
  recorder.note('heal');
  first.connect(third);
  second.connect(third);
  runTo(50);
  recorder.note('node-2: crashed');
  recorder.down('node-2', 'crashed');
  first.connect(third, false);
  second.connect(third, false);
  runTo(60);
  recorder.close();
  return lines.join('');
}

import type { RpcResponder } from '@diemnet/peer';
import type {
  ConnectionListener,
  PeerManagerHandle,
  ProtocolHandler,
  ProtocolRegistration,
} from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  DiemNetError,
  PUBLIC_NETWORK,
  peerIdFromHex,
  publicKeyFromHex,
  type NetworkContext,
  type PeerId,
} from '@diemnet/types';
import { MemoryMetrics, MockTime, RecordingLogger } from '@diemnet/types/testing';
import { protocolIdSet, type ProtocolId } from '@diemnet/wire';
import { defineApplication, registerApplication, type ApplicationDefinition } from '../src/index.js';

export function peer(n: number): PeerId {
  return peerIdFromHex(n.toString(16).padStart(32, '0'));
}

export function connection(
  peerId: PeerId,
  connectionId = 0,
  protocols: ProtocolId[] = [],
): ConnectionMetadata {
  return {
    remotePeerId: peerId,
    remotePublicKey: publicKeyFromHex('0'.repeat(64)),
    connectionId,
    address: '/memory/1' as never,
    remoteIp: undefined,
    origin: 'inbound',
    messagingVersion: 0,
    applicationProtocols: protocolIdSet(protocols),
    role: 'Unknown',
  };
}

/** A responder that keeps its answer. */
export class FakeResponder implements RpcResponder {
  answer: Uint8Array | undefined;
  failure: unknown;
  readonly #controller = new AbortController();

  respond(payload: Uint8Array): boolean {
    this.#once();
    this.answer = payload;
    return true;
  }

  fail(error: unknown): void {
    this.#once();
    this.failure = error;
  }

  get closed(): boolean {
    return this.answer !== undefined || this.failure !== undefined;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  #once(): void {
    if (this.closed) throw new DiemNetError('ERR_ALREADY_ANSWERED', 'answered twice');
  }
}

export const CONTEXT: NetworkContext = {
  role: 'full_node',
  networkId: PUBLIC_NETWORK,
  peerId: peer(0xffff),
};

/** An application on a PeerManager that does what the test says. */
export function setUp<T>(definition: ApplicationDefinition<T>) {
  const metrics = new MemoryMetrics();
  const logger = new RecordingLogger();
  const time = new MockTime();
  const listeners = new Set<ConnectionListener>();
  const registrations: ProtocolRegistration[] = [];
  const peerManager = {
    dial: jest.fn(),
    disconnect: jest.fn(),
    sendDirectSend: jest.fn<boolean, Parameters<PeerManagerHandle['sendDirectSend']>>(() => true),
    ready: jest.fn(),
    sendRpc: jest.fn<Promise<Uint8Array>, Parameters<PeerManagerHandle['sendRpc']>>(),
    subscribe: (listener: ConnectionListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connection: jest.fn<ConnectionMetadata | undefined, [PeerId]>(),
    connections: jest.fn(() => [][Symbol.iterator]()),
  };
  const registry = {
    register: (...claimed: readonly ProtocolRegistration[]) => void registrations.push(...claimed),
    protocolIds: () => registrations.map(({ protocolId }) => protocolId),
  };
  const application = defineApplication(definition);
  const { sender, events } = registerApplication(
    {
      registry,
      peerManager: peerManager as unknown as PeerManagerHandle,
      context: CONTEXT,
      time,
      logger,
      metrics,
    },
    application,
  );
  const handler = registrations[0]?.handler as ProtocolHandler;
  return {
    metrics,
    logger,
    time,
    peerManager,
    registrations,
    listeners,
    sender,
    events,
    /** A DirectSend arrives. */
    message(from: ConnectionMetadata, payload: Uint8Array | number[], protocolId: ProtocolId = 2) {
      handler.onDirectSend(from, protocolId, Uint8Array.from(payload));
    },
    /** An RPC arrives. */
    rpc(from: ConnectionMetadata, payload: Uint8Array | number[], protocolId: ProtocolId = 5): FakeResponder {
      const responder = new FakeResponder();
      handler.onRpcRequest(from, protocolId, Uint8Array.from(payload), responder);
      return responder;
    },
    handler,
    newPeer(metadata: ConnectionMetadata) {
      for (const listener of listeners) listener({ type: 'new-peer', metadata });
    },
    updatedPeer(metadata: ConnectionMetadata, previous: ConnectionMetadata) {
      for (const listener of listeners) listener({ type: 'updated-peer', metadata, previous });
    },
    lostPeer(metadata: ConnectionMetadata, cause: 'requested' | 'remote-closed' = 'remote-closed') {
      const reason = cause === 'requested' ? 'Requested' : 'ConnectionLost';
      for (const listener of listeners) listener({ type: 'lost-peer', metadata, reason, cause });
    },
    /** Everything that can be read now, as short text. */
    read(): string[] {
      const read: string[] = [];
      for (let event = events.poll(); event !== undefined; event = events.poll()) {
        if (event.type === 'message' || event.type === 'rpc') {
          read.push(`${event.type} ${Number.parseInt(event.peer, 16)}: ${String(event.message)}`);
        } else {
          read.push(`${event.type} ${Number.parseInt(event.metadata.remotePeerId, 16)}`);
        }
      }
      return read;
    },
  };
}

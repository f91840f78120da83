import type { DisconnectCause } from '@diemnet/peer';
import type { NetworkHandler, RpcReply } from '@diemnet/network';
import type { ConnectionEvent } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  DiemNetError,
  VALIDATOR_NETWORK,
  peerIdFromHex,
  publicKeyFromHex,
  type NetworkContext,
  type PeerId,
} from '@diemnet/types';
import { MemoryMetrics, MockTime, RecordingLogger, seededRng } from '@diemnet/types/testing';
import { HealthChecker, type HealthCheckerMsg, type HealthCheckerOptions } from '../src/index.js';

export function peer(n: number): PeerId {
  return peerIdFromHex(n.toString(16).padStart(32, '0'));
}

export function connection(n: number, connectionId = n): ConnectionMetadata {
  return {
    remotePeerId: peer(n),
    remotePublicKey: publicKeyFromHex('0'.repeat(64)),
    connectionId,
    address: '/memory/1' as never,
    remoteIp: undefined,
    origin: 'outbound',
    messagingVersion: 0,
    applicationProtocols: { has: () => true, toIds: () => [5], size: 1 },
    role: 'Validator',
  };
}

const CONTEXT: NetworkContext = { role: 'validator', networkId: VALIDATOR_NETWORK, peerId: peer(0xffff) };

/** A ping as the network got it. */
export interface SentPing {
  readonly peerId: PeerId;
  readonly protocolId: number;
  readonly nonce: number;
  readonly atMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  answer(message: HealthCheckerMsg): void;
  pong(): void;
  fail(code?: string): void;
}

export interface RequestedDisconnect {
  readonly peerId: PeerId;
  readonly cause: DisconnectCause | undefined;
  readonly atMs: number;
  fail(): void;
}

/** An RPC answered by the health checker. */
export class FakeReply implements RpcReply<HealthCheckerMsg> {
  answer: HealthCheckerMsg | undefined;
  failure: unknown;

  respond(message: HealthCheckerMsg): boolean {
    this.answer = message;
    return true;
  }

  respondBytes(): boolean {
    return false;
  }

  fail(error: unknown): void {
    this.failure = error;
  }

  get closed(): boolean {
    return this.answer !== undefined || this.failure !== undefined;
  }

  readonly signal: AbortSignal = new AbortController().signal;
}

/** A HealthChecker on a network that does what the test says, on simulated time. */
export class Harness {
  readonly time = new MockTime();
  readonly metrics = new MemoryMetrics();
  readonly logger = new RecordingLogger();
  readonly checker: HealthChecker;
  /** Pings and disconnects not looked at yet. */
  readonly pings: SentPing[] = [];
  readonly disconnects: RequestedDisconnect[] = [];
  /** When a peer was last heard of. */
  readonly heardAt = new Map<PeerId, number>();
  handler: NetworkHandler<HealthCheckerMsg> = {};

  constructor(
    options: HealthCheckerOptions = {},
    {
      activity = false,
      keepsTime = true,
      heedsAbort = true,
    }: { activity?: boolean; keepsTime?: boolean; heedsAbort?: boolean } = {},
  ) {
    this.checker = new HealthChecker(
      {
        context: CONTEXT,
        sender: {
          sendRpc: (peerId, protocolId, message, { timeoutMs, signal }) => {
            expect(message.type).toBe('Ping');
            return new Promise<HealthCheckerMsg>((resolve, reject) => {
              const fail = (code = 'ERR_TEST') => reject(new DiemNetError(code, 'test failure'));
              if (keepsTime) this.time.schedule(timeoutMs, () => fail('ERR_RPC_TIMED_OUT'));
              if (heedsAbort) signal?.addEventListener('abort', () => fail('ERR_ABORTED'));
              const nonce = message.nonce;
              this.pings.push({
                peerId,
                protocolId,
                nonce,
                atMs: this.time.now(),
                timeoutMs,
                signal,
                answer: resolve,
                pong: () => resolve({ type: 'Pong', nonce }),
                fail,
              });
            });
          },
          disconnectPeer: (peerId, cause) =>
            new Promise((_, reject) => {
              const fail = () => reject(new DiemNetError('ERR_TEST', 'test failure'));
              this.disconnects.push({ peerId, cause, atMs: this.time.now(), fail });
            }),
        },
        events: { setHandler: (handler) => (this.handler = handler) },
        time: this.time,
        rng: seededRng(3),
        logger: this.logger,
        metrics: this.metrics,
        ...(activity ? { activity: (peerId: PeerId) => this.heardAt.get(peerId) } : {}),
      },
      options,
    );
  }

  /** Starts, and lets the first turn happen. */
  async start(...peers: number[]): Promise<this> {
    this.checker.start();
    for (const n of peers) this.newPeer(n);
    await this.advance(0);
    return this;
  }

  advance(ms: number): Promise<void> {
    return this.time.advanceAsync(ms);
  }

  /** One interval, with the default options. */
  tick(): Promise<void> {
    return this.advance(1_000);
  }

  event(event: ConnectionEvent): void {
    this.handler.onConnection?.(event);
  }

  newPeer(n: number): void {
    this.event({ type: 'new-peer', metadata: connection(n) });
  }

  lostPeer(n: number): void {
    this.event({
      type: 'lost-peer',
      metadata: connection(n),
      reason: 'ConnectionLost',
      cause: 'remote-closed',
    });
  }

  /** An RPC arrives. */
  request(n: number, message: HealthCheckerMsg): FakeReply {
    const reply = new FakeReply();
    this.handler.onRpc?.(message, reply, connection(n), 5);
    return reply;
  }

  /** Traffic arrives. */
  hear(n: number): void {
    this.heardAt.set(peer(n), this.time.now());
  }

  /** The one ping since the last look. */
  expectPing(n: number): SentPing {
    expect(this.pings.map(({ peerId }) => peerId)).toEqual([peer(n)]);
    return this.pings.splice(0)[0] as SentPing;
  }

  expectNoPing(): void {
    expect(this.pings.map(({ peerId }) => peerId)).toEqual([]);
  }

  expectDisconnect(n: number): RequestedDisconnect {
    expect(this.disconnects.map(({ peerId, cause }) => [peerId, cause])).toEqual([[peer(n), 'unhealthy']]);
    return this.disconnects.splice(0)[0] as RequestedDisconnect;
  }

  expectNoDisconnect(): void {
    expect(this.disconnects.map(({ peerId }) => peerId)).toEqual([]);
  }

  /** Names of the security events logged. */
  get securityEvents(): unknown[] {
    return this.logger.events.flatMap(({ fields }) => fields['security-event'] ?? []);
  }
}

import type { NetworkEvents, NetworkSender, RpcReply } from '@diemnet/network';
import type { ConnectionEvent } from '@diemnet/peer-manager';
import type { ConnectionMetadata } from '@diemnet/transport';
import {
  LogThrottle,
  displayPeerId,
  errorCode,
  networkContextFields,
  noMetrics,
  randomU32,
  silentLogger,
  systemRng,
  systemTime,
  type LogFields,
  type Logger,
  type Metrics,
  type NetworkContext,
  type PeerId,
  type Rng,
  type TimeService,
} from '@diemnet/types';
import { ProtocolIds } from '@diemnet/wire';
import { HealthCheckerError } from './errors.js';
import type { HealthCheckerMsg } from './health-checker-msg.js';
import { HealthMetrics, type PingFailureReason } from './metrics.js';
import {
  resolveHealthCheckerOptions,
  type HealthCheckerOptions,
  type ResolvedHealthCheckerOptions,
} from './options.js';
import { PeerHealth, type Ping } from './peer-health.js';
import { Turns } from './turns.js';

/** What HealthChecker works with. */
export interface HealthCheckerComponents {
  readonly context: NetworkContext;
  readonly sender: Pick<NetworkSender<HealthCheckerMsg>, 'sendRpc' | 'disconnectPeer'>;
  readonly events: Pick<NetworkEvents<HealthCheckerMsg>, 'setHandler'>;
  /**
   * When the peer was last heard of, on the clock of `time`; undefined if nobody knows. May lag behind.
   * @default not known
   */
  readonly activity?: ((peerId: PeerId) => number | undefined) | undefined;
  /** @default systemTime */
  readonly time?: TimeService | undefined;
  /** @default systemRng */
  readonly rng?: Rng | undefined;
  /** @default silentLogger */
  readonly logger?: Logger | undefined;
  /** @default noMetrics */
  readonly metrics?: Metrics | undefined;
}

/**
 * Pings every connected peer and disconnects those that do not answer (DiemNet behaviour, section 12), answers the
 * pings of others, and knows the round-trip times. Waits for nobody: neither an answer nor a disconnect that does not
 * come holds up the other peers (D-01).
 */
export class HealthChecker {
  readonly #components: HealthCheckerComponents;
  readonly #options: ResolvedHealthCheckerOptions;
  readonly #time: TimeService;
  readonly #rng: Rng;
  readonly #logger: Logger;
  readonly #metrics: HealthMetrics;
  readonly #peers = new Map<PeerId, PeerHealth>();
  readonly #turns: Turns<PeerId>;
  /** Misbehaviour of a peer, which could send as much as it likes: once per interval. */
  readonly #misbehaviour: LogThrottle;
  #round = 0;
  #state: 'created' | 'started' | 'stopped' = 'created';

  /** @throws HealthCheckerError `ERR_INVALID_OPTION` */
  constructor(components: HealthCheckerComponents, options: HealthCheckerOptions = {}) {
    const { context, time = systemTime, rng = systemRng } = components;
    this.#components = components;
    this.#options = resolveHealthCheckerOptions(options);
    this.#time = time;
    this.#rng = rng;
    this.#logger = (components.logger ?? silentLogger).child({
      network_context: networkContextFields(context),
    });
    this.#metrics = new HealthMetrics(components.metrics ?? noMetrics, context);
    this.#misbehaviour = new LogThrottle(time, { intervalMs: this.#options.pingIntervalMs });
    this.#turns = new Turns({
      time,
      intervalMs: this.#options.pingIntervalMs,
      members: () => this.#beginRound(),
      onTurn: (peerId) => this.#onTurn(peerId),
    });
  }

  /** Begins to ping and to answer. Idempotent. @throws HealthCheckerError `ERR_HEALTH_CHECKER_STOPPED` */
  start(): void {
    if (this.#state === 'started') return;
    if (this.#state === 'stopped') {
      throw new HealthCheckerError(
        'ERR_HEALTH_CHECKER_STOPPED',
        'a stopped HealthChecker does not start again',
      );
    }
    this.#state = 'started';
    this.#logger.info({}, 'health checker started');
    this.#turns.start();
    this.#components.events.setHandler({
      onConnection: (event) => this.#onConnection(event),
      onRpc: (message, responder, from) => this.#onRpc(message, responder, from),
      onMessage: (_message, from) => this.#onDirectSend(from),
      onEnd: () => void this.stop(),
    });
  }

  /** Stops pinging and answering; the peers stay connected. Idempotent, from any state. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    const wasStarted = this.#state === 'started';
    this.#state = 'stopped';
    this.#turns.stop();
    for (const health of this.#peers.values()) health.end();
    this.#peers.clear();
    if (wasStarted) this.#logger.warn({}, 'health checker terminated');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Milliseconds that the last answered ping took on this connection; undefined before the first. */
  roundTripTime(peerId: PeerId): number | undefined {
    return this.#peers.get(peerId)?.roundTripMs;
  }

  /** Failures in a row, 0 for a healthy peer; undefined for one that is not connected. */
  failures(peerId: PeerId): number | undefined {
    return this.#peers.get(peerId)?.failures;
  }

  #onConnection(event: ConnectionEvent): void {
    if (this.#state !== 'started') return;
    const { remotePeerId } = event.metadata;
    this.#peers.get(remotePeerId)?.end();
    if (event.type === 'lost-peer') {
      this.#peers.delete(remotePeerId);
      this.#misbehaviour.forget(remotePeerId);
      return;
    }
    // A replaced connection starts afresh, too: the failures were those of the old one (D-06).
    this.#peers.set(remotePeerId, new PeerHealth(this.#options, this.#time.now()));
  }

  #onRpc(message: HealthCheckerMsg, responder: RpcReply<HealthCheckerMsg>, from: ConnectionMetadata): void {
    if (message.type === 'Ping' && this.#state === 'started') {
      responder.respond({ type: 'Pong', nonce: message.nonce });
      this.#logger.trace(this.#fields(from.remotePeerId), 'pong sent');
      return;
    }
    const sampled = message.type === 'Ping' ? undefined : this.#sampled(from.remotePeerId);
    if (sampled !== undefined) {
      this.#logger.warn(
        {
          'security-event': 'invalid_health_checker_msg',
          ...this.#fields(from.remotePeerId),
          rpc_message: message,
          ...sampled,
        },
        'a request on the health checker protocol is no ping',
      );
    }
    responder.fail(new HealthCheckerError('ERR_UNEXPECTED_REQUEST', 'the health checker answers pings only'));
  }

  #onDirectSend({ remotePeerId }: ConnectionMetadata): void {
    const sampled = this.#sampled(remotePeerId);
    if (sampled === undefined) return;
    this.#logger.error(
      { 'security-event': 'invalid_network_event_h_c', ...this.#fields(remotePeerId), ...sampled },
      'a DirectSend on the health checker protocol',
    );
  }

  #beginRound(): PeerId[] {
    this.#round++;
    if (this.#peers.size === 0) this.#logger.trace({ round: this.#round }, 'no peer to ping');
    return [...this.#peers.keys()];
  }

  #onTurn(peerId: PeerId): void {
    const health = this.#peers.get(peerId);
    if (health === undefined) return;
    const now = this.#time.now();
    const turn = health.takeTurn(now, this.#activity(peerId));
    if (turn === 'wait') return;
    if (turn === 'time-out') {
      // The sender keeps the time too, and normally is first; one that does not cannot hide a dead peer.
      const ping = health.ping as Ping;
      this.#onPingFailed(peerId, health, ping, timedOut(), 'timed-out');
      ping.controller.abort();
      return;
    }
    if (turn === 'count-silence' || turn === 'count-silence-and-ping') {
      health.countFailure(now);
      this.#onFailure(peerId, health, this.#round, timedOut(), 'timed-out');
    }
    if (turn !== 'count-silence') void this.#ping(peerId, health);
  }

  async #ping(peerId: PeerId, health: PeerHealth): Promise<void> {
    const ping = health.begin(this.#round, randomU32(this.#rng), this.#time.now());
    this.#logger.trace({ ...this.#fields(peerId), round: ping.round }, 'pinging');
    try {
      const answer = await this.#components.sender.sendRpc(
        peerId,
        ProtocolIds.HealthCheckerRpc,
        { type: 'Ping', nonce: ping.nonce },
        { timeoutMs: this.#options.pingTimeoutMs, signal: ping.controller.signal },
      );
      if (this.#peers.get(peerId) !== health) return;
      if (answer.type === 'Pong' && answer.nonce === ping.nonce) this.#onPong(peerId, health, ping);
      else this.#onWrongPong(peerId, health, ping, answer);
    } catch (error) {
      // Aborted pings are those that we gave up ourselves, and are accounted for where that happened.
      if (ping.controller.signal.aborted || this.#peers.get(peerId) !== health) return;
      const late = this.#time.now() - ping.sentAtMs >= this.#options.pingTimeoutMs;
      this.#onPingFailed(peerId, health, ping, error, late ? 'timed-out' : 'error');
    }
  }

  #onPong(peerId: PeerId, health: PeerHealth, ping: Ping): void {
    health.succeed(ping, this.#time.now());
    this.#metrics.roundTrip(this.#time.now() - ping.sentAtMs);
    this.#logger.trace({ ...this.#fields(peerId), round: ping.round }, 'ping succeeded');
  }

  /** A wrong answer is a failure: otherwise a peer that always answers wrongly would stay for ever (D-23). */
  #onWrongPong(peerId: PeerId, health: PeerHealth, ping: Ping, answer: HealthCheckerMsg): void {
    const sampled = this.#sampled(peerId);
    if (sampled !== undefined) {
      this.#logger.warn(
        { 'security-event': 'invalid_health_checker_msg', ...this.#fields(peerId), ...sampled },
        answer.type === 'Pong' ? 'a pong with a wrong nonce' : 'a ping in place of a pong',
      );
    }
    const error = new HealthCheckerError('ERR_WRONG_PONG', 'the answer does not fit the ping');
    this.#onPingFailed(peerId, health, ping, error, 'wrong-answer');
  }

  #onPingFailed(
    peerId: PeerId,
    health: PeerHealth,
    ping: Ping,
    error: unknown,
    reason: PingFailureReason,
  ): void {
    if (health.fail(ping, this.#time.now())) {
      this.#onFailure(peerId, health, ping.round, error, reason);
    }
  }

  #onFailure(
    peerId: PeerId,
    health: PeerHealth,
    round: number,
    error: unknown,
    reason: PingFailureReason,
  ): void {
    this.#metrics.failed(reason);
    this.#logger.warn({ ...this.#fields(peerId), round, error: errorCode(error) }, 'ping failed');
    if (health.failures > this.#options.pingFailuresTolerated && !health.disconnecting) {
      void this.#disconnect(peerId, health);
    }
  }

  async #disconnect(peerId: PeerId, health: PeerHealth): Promise<void> {
    this.#logger.info(this.#fields(peerId), 'disconnecting an unhealthy peer');
    health.disconnecting = true;
    try {
      await this.#components.sender.disconnectPeer(peerId, 'unhealthy');
    } catch (error) {
      this.#logger.warn({ ...this.#fields(peerId), error: errorCode(error) }, 'disconnecting failed');
    } finally {
      health.disconnecting = false;
    }
  }

  #activity(peerId: PeerId): number | undefined {
    return this.#components.activity?.(peerId);
  }

  /** Those that are not connected any more share one key: nobody forgets theirs. */
  #sampled(peerId: PeerId): LogFields | undefined {
    return this.#misbehaviour.admit(this.#peers.has(peerId) ? peerId : '');
  }

  #fields(peerId: PeerId): { readonly remote_peer: string } {
    return { remote_peer: displayPeerId(peerId) };
  }
}

function timedOut(): HealthCheckerError {
  return new HealthCheckerError('ERR_PING_TIMED_OUT', 'no answer within the time');
}

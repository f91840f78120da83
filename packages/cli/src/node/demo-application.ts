import type { NetworkBuilder } from '@diemnet/builder';
import { bytesCodec, type NetworkSender } from '@diemnet/network';
import {
  errorCode,
  networkLabel,
  randomBelow,
  sleep,
  startInterval,
  systemRng,
  type PeerId,
  type Rng,
  type TimeService,
  type Timer,
} from '@diemnet/types';
import { ProtocolIds, type ProtocolId } from '@diemnet/wire';
import { DemoTraffic } from './demo-traffic.js';
import type { NodeOutput } from './node-output.js';

/** How often each peer gets a round of messages. */
const ROUND_MS = 250;
const STATS_MS = 1000;
const RPC_TIMEOUT_MS = 5000;
/** What a request is repeated after, how often and how soon. */
const RETRIED: ReadonlySet<string> = new Set(['ERR_CONNECTION_CLOSED', 'ERR_NOT_CONNECTED']);
const RETRIES = 10;
const RETRY_MS = 200;
/** Requests to one peer that may be under way. */
const MAX_IN_FLIGHT = 4;

/** DirectSends of a round: a vote, some transactions, a chunk of state; sizes in bytes. */
const DIRECT_SENDS: readonly { readonly protocol: ProtocolId; readonly bytes: number }[] = [
  { protocol: ProtocolIds.ConsensusDirectSend, bytes: 200 },
  { protocol: ProtocolIds.MempoolDirectSend, bytes: 2_000 },
  { protocol: ProtocolIds.StateSyncDirectSend, bytes: 20_000 },
];
const RPC_BYTES = 500;

/**
 * Keeps something real flowing: every peer gets DirectSends on the consensus, mempool and state-sync protocols and
 * consensus RPCs, all the time, and what comes back is counted.
 */
export class DemoApplication {
  readonly #network: NetworkBuilder;
  readonly #sender: NetworkSender<Uint8Array>;
  readonly #output: NodeOutput;
  readonly #time: TimeService;
  readonly #rng: Rng;
  readonly #traffic = new Map<PeerId, DemoTraffic>();
  readonly #connected = new Map<PeerId, { inFlight: number }>();
  readonly #paused = new Set<PeerId>();
  readonly #underWay = new Set<Promise<void>>();
  #timers: Timer[] = [];
  #draining = false;

  constructor(
    network: NetworkBuilder,
    output: NodeOutput,
    { time, rng = systemRng }: { readonly time: TimeService; readonly rng?: Rng },
  ) {
    this.#network = network;
    this.#output = output;
    this.#time = time;
    this.#rng = rng;
    const { sender, events } = network.registerApplication<Uint8Array>({
      name: 'demo',
      protocols: [
        { id: ProtocolIds.ConsensusRpc, codec: bytesCodec },
        ...DIRECT_SENDS.map(({ protocol }) => ({ id: protocol, codec: bytesCodec })),
      ],
    });
    this.#sender = sender;
    events.setHandler({
      onMessage: (message, { remotePeerId }) => {
        const traffic = this.#of(remotePeerId);
        traffic.directSendsReceived++;
        traffic.bytesReceived += message.length;
      },
      onRpc: (message, responder) => void responder.respond(message),
      onConnection: (event) => {
        output.connection(network.context, event);
        const peer = event.metadata.remotePeerId;
        if (event.type === 'lost-peer') this.#connected.delete(peer);
        else if (!this.#connected.has(peer)) this.#connected.set(peer, { inFlight: 0 });
      },
    });
  }

  start(): void {
    this.#timers = [
      startInterval(this.#time, ROUND_MS, () => this.#round(), {
        firstDelayMs: randomBelow(this.#rng, ROUND_MS),
      }),
      startInterval(this.#time, STATS_MS, () => this.#tell()),
    ];
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) timer.cancel();
  }

  /** Sends nothing new to these peers; resolves when what is under way has ended. */
  async pause(peers: readonly PeerId[]): Promise<void> {
    for (const peer of peers) this.#paused.add(peer);
    await this.#idle();
  }

  resume(peers: readonly PeerId[]): void {
    for (const peer of peers) this.#paused.delete(peer);
    this.#draining = false;
  }

  /** Sends nothing new to anyone; resolves when what is under way has ended, with the last counts told. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.#idle();
    this.#tell();
  }

  async #idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #round(): void {
    if (this.#draining) return;
    for (const [peer, state] of this.#connected) {
      if (this.#paused.has(peer)) continue;
      for (const { protocol, bytes } of DIRECT_SENDS) this.#directSend(peer, protocol, bytes);
      if (state.inFlight >= MAX_IN_FLIGHT) continue;
      state.inFlight++;
      const request: Promise<void> = this.#request(peer).finally(() => {
        state.inFlight--;
        this.#underWay.delete(request);
      });
      this.#underWay.add(request);
    }
  }

  #directSend(peer: PeerId, protocol: ProtocolId, bytes: number): void {
    try {
      this.#sender.sendTo(peer, protocol, this.#rng.fill(new Uint8Array(bytes)));
    } catch (error) {
      // The peer left between its event and now, or cannot keep up; the next round tries again.
      this.#output.forProgram({ event: 'not-sent', peer, protocol, reason: errorCode(error) });
      return;
    }
    const traffic = this.#of(peer);
    traffic.directSendsSent++;
    traffic.bytesSent += bytes;
  }

  /**
   * One request, again if its connection ended under it: two nodes that dial each other at once close one of the two
   * connections, which says nothing about the peer. Echoing twice does no harm.
   */
  async #request(peer: PeerId): Promise<void> {
    const traffic = this.#of(peer);
    const payload = this.#rng.fill(new Uint8Array(RPC_BYTES));
    for (let retries = RETRIES; ; retries--) {
      const began = this.#time.now();
      try {
        const answer = await this.#sender.sendRpc(peer, ProtocolIds.ConsensusRpc, payload, {
          timeoutMs: RPC_TIMEOUT_MS,
        });
        traffic.roundTrip(this.#time.now() - began);
        traffic.bytesSent += payload.length;
        traffic.bytesReceived += answer.length;
        if (sameBytes(answer, payload)) traffic.rpcsAnswered++;
        else traffic.rpcsFailed++;
        return;
      } catch (error) {
        if (retries > 0 && RETRIED.has(errorCode(error))) {
          await sleep(this.#time, RETRY_MS);
          continue;
        }
        traffic.rpcsFailed++;
        this.#output.forProgram({ event: 'rpc-failed', peer, reason: errorCode(error) });
        return;
      }
    }
  }

  #tell(): void {
    this.#output.forProgram({
      event: 'stats',
      network: networkLabel(this.#network.context.networkId),
      peers: Object.fromEntries(this.#traffic),
    });
  }

  #of(peer: PeerId): DemoTraffic {
    const known = this.#traffic.get(peer);
    if (known !== undefined) return known;
    const traffic = new DemoTraffic();
    this.#traffic.set(peer, traffic);
    return traffic;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

import { NetworkBuilder } from '@diemnet/builder';
import { MemoryNetwork } from '@diemnet/memsocket';
import { bytesCodec, type RegisteredApplication } from '@diemnet/network';
import { generateKeyPair } from '@diemnet/noise';
import {
  NAMED_CHAINS,
  VALIDATOR_NETWORK,
  ZERO_PEER_ID,
  peerIdFromPublicKey,
  systemTime,
  type ChainId,
  type NetworkAddress,
  type Peer,
  type PeerId,
  type TimeService,
  type X25519KeyPair,
} from '@diemnet/types';
import { seededRng } from '@diemnet/types/testing';
import { NodeInspector, promMetrics } from '../../src/index.js';

/** Protocols of the test application. */
export const DIRECT = 42;
export const RPC = 43;

/** A node of {@link TestNetwork}. */
export interface TestNode {
  readonly name: string;
  readonly peerId: PeerId;
  readonly network: NetworkBuilder;
  readonly inspector: NodeInspector;
  readonly metrics: ReturnType<typeof promMetrics>;
  readonly application: RegisteredApplication<Uint8Array>;
}

/** Validators in one process, each knowing all others as seeds, over memory. */
export class TestNetwork {
  readonly memoryNetwork = new MemoryNetwork();
  readonly nodes: TestNode[] = [];
  readonly #time: TimeService;

  constructor(time: TimeService = systemTime) {
    this.#time = time;
  }

  /** Creates `count` validators, started one after the other. `strangers` know others that do not know them. */
  async start(count: number): Promise<TestNode[]> {
    const pairs = Array.from({ length: count }, (_, i) => generateKeyPair({ rng: seededRng(i + 1) }));
    for (const [i, pair] of pairs.entries()) {
      await this.#startNode(
        `validator-${i}`,
        pair,
        pairs.filter((other) => other !== pair),
        1000 + i,
        pairs,
      );
    }
    return this.nodes;
  }

  /** A node that nobody trusts and that dials the first one all the same. */
  async startStranger(): Promise<TestNode> {
    const pair = generateKeyPair({ rng: seededRng(99) });
    const first = generateKeyPair({ rng: seededRng(1) });
    return this.#startNode('stranger', pair, [first], 1999, [first]);
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.nodes.map(async ({ network, inspector }) => {
        inspector.close();
        await network.stop({ graceMs: 0 });
      }),
    );
  }

  async #startNode(
    name: string,
    pair: X25519KeyPair,
    others: readonly X25519KeyPair[],
    port: number,
    all: readonly X25519KeyPair[],
  ): Promise<TestNode> {
    const metrics = promMetrics();
    const seeds = new Map(
      others.map((other): [PeerId, Peer] => [
        peerIdFromPublicKey(other.publicKey),
        {
          role: 'Validator',
          keys: new Set([other.publicKey]),
          addresses: [addressOf(other, 1000 + all.indexOf(other))],
        },
      ]),
    );
    const network = await NetworkBuilder.create({
      chainId: NAMED_CHAINS['TESTING'] as ChainId,
      role: 'validator',
      time: this.#time,
      rng: seededRng(port),
      memoryNetwork: this.memoryNetwork,
      metrics,
      config: {
        network_id: VALIDATOR_NETWORK,
        mutual_authentication: true,
        listen_address: `/memory/${port}` as NetworkAddress,
        identity: { type: 'from_config', key: pair.privateKey, peer_id: ZERO_PEER_ID },
        connectivity_check_interval_ms: 200,
        ping_interval_ms: 200,
        seeds,
      },
      tuning: { healthChecker: { roundTripSampleMs: 500 } },
    });
    const application = network.registerApplication<Uint8Array>({
      name: 'test',
      protocols: [
        { id: DIRECT, name: 'direct', kinds: ['direct-send'], codec: bytesCodec },
        { id: RPC, name: 'rpc', kinds: ['rpc'], codec: bytesCodec },
      ],
    });
    application.events.setHandler({
      onConnection() {},
      onMessage() {},
      onRpc: (message, responder) => responder.respond(message),
      onEnd() {},
    });
    const inspector = new NodeInspector(
      { role: 'validator', networks: [network] },
      { name, time: this.#time },
    );
    await network.build();
    network.start();
    const node = { name, network, inspector, metrics, application, peerId: network.context.peerId };
    this.nodes.push(node);
    return node;
  }
}

function addressOf(pair: X25519KeyPair, port: number): NetworkAddress {
  return `/memory/${port}/ln-noise-ik/${pair.publicKey}/ln-handshake/0` as NetworkAddress;
}

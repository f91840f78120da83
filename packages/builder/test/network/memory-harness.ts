import { MemoryNetwork } from '@diemnet/memsocket';
import { bytesCodec, type NetworkEvent, type RegisteredApplication } from '@diemnet/network';
import { generateKeyPair } from '@diemnet/noise';
import {
  NAMED_CHAINS,
  ZERO_PEER_ID,
  peerIdFromPublicKey,
  type ChainId,
  type NetworkAddress,
  type Peer,
  type PeerId,
  type PeerRole,
  type X25519KeyPair,
} from '@diemnet/types';
import { MemoryMetrics, MockTime, RecordingLogger, seededRng, settle } from '@diemnet/types/testing';
import { NetworkBuilder, type NetworkBuilderOptions } from '../../src/index.js';

export const TESTING = NAMED_CHAINS['TESTING'] as ChainId;
/** Protocols of the application in {@link MemoryHarness.create}. */
export const DIRECT = 42;
export const RPC = 43;

/** A key pair that is always the same for the same number. */
export function keys(seed: number): X25519KeyPair {
  return generateKeyPair({ rng: seededRng(seed) });
}

export const peerOf = (pair: X25519KeyPair): PeerId => peerIdFromPublicKey(pair.publicKey);

/** Networks in one process, on one clock that moves only when told to. */
export class MemoryHarness {
  readonly time = new MockTime();
  readonly memoryNetwork = new MemoryNetwork();
  readonly logger = new RecordingLogger();
  readonly metrics = new MemoryMetrics();
  readonly networks: NetworkBuilder[] = [];

  /** Options for a node with the given key that listens on memory port `port`. */
  options(
    pair: X25519KeyPair,
    port: number,
    config: NetworkBuilderOptions['config'] = {},
  ): NetworkBuilderOptions {
    return {
      chainId: TESTING,
      role: 'full_node',
      time: this.time,
      rng: seededRng(port),
      memoryNetwork: this.memoryNetwork,
      logger: this.logger,
      metrics: this.metrics,
      config: {
        listen_address: `/memory/${port}` as NetworkAddress,
        identity: { type: 'from_config', key: pair.privateKey, peer_id: ZERO_PEER_ID },
        ...config,
      },
    };
  }

  /** Creates, registers an application, builds and starts. */
  async start(options: NetworkBuilderOptions): Promise<{
    network: NetworkBuilder;
    application: RegisteredApplication<Uint8Array>;
  }> {
    const network = await this.create(options);
    const application = network.registerApplication<Uint8Array>({
      name: 'test',
      protocols: [
        { id: DIRECT, name: 'direct', kinds: ['direct-send'], codec: bytesCodec },
        { id: RPC, name: 'rpc', kinds: ['rpc'], codec: bytesCodec },
      ],
    });
    await network.build();
    network.start();
    return { network, application };
  }

  async create(options: NetworkBuilderOptions): Promise<NetworkBuilder> {
    const network = await NetworkBuilder.create(options);
    this.networks.push(network);
    return network;
  }

  /** Lets `ms` pass, and everything in it settle. */
  async pass(ms = 0): Promise<void> {
    await this.time.advanceAsync(ms);
    // Handshakes over memory take many turns without any time passing.
    for (let i = 0; i < 20; i++) await settle();
    await this.time.advanceAsync(0);
  }

  /** Lets time pass in steps until `condition` holds. */
  async until(condition: () => boolean, withinMs = 10_000): Promise<void> {
    for (let passed = 0; passed <= withinMs && !condition(); passed += 100) await this.pass(100);
    expect(condition()).toBe(true);
  }

  async stopAll(): Promise<void> {
    const stopped = Promise.all(this.networks.map((network) => network.stop({ graceMs: 0 })));
    await this.pass();
    await stopped;
  }
}

/** A seed at a memory port. */
export function seed(pair: X25519KeyPair, port: number, role: PeerRole = 'Upstream'): [PeerId, Peer] {
  const address = `/memory/${port}/ln-noise-ik/${pair.publicKey}/ln-handshake/0` as NetworkAddress;
  return [peerOf(pair), { addresses: [address], keys: new Set([pair.publicKey]), role }];
}

/** The next event, which must be of this type. */
export async function expectEvent<T, Type extends NetworkEvent<T>['type']>(
  { events }: RegisteredApplication<T>,
  type: Type,
): Promise<Extract<NetworkEvent<T>, { type: Type }>> {
  const event = events.poll();
  expect(event?.type).toBe(type);
  return event as Extract<NetworkEvent<T>, { type: Type }>;
}

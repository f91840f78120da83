import type { ConnectivityManagerOptions } from '@diemnet/connectivity-manager';
import type { FileSystem, HttpFetch } from '@diemnet/discovery';
import type { HealthCheckerOptions } from '@diemnet/health-checker';
import type { MemoryNetwork } from '@diemnet/memsocket';
import type { TcpOptions, Transport as BaseTransport } from '@diemnet/netcore';
import type { CryptoBackend, NoiseUpgraderOptions } from '@diemnet/noise';
import type { PeerOptions } from '@diemnet/peer';
import type { PeerManagerOptions } from '@diemnet/peer-manager';
import type { ProxyProtocolOptions, TransportOptions } from '@diemnet/transport';
import {
  noMetrics,
  silentLogger,
  systemRng,
  systemTime,
  type ChainId,
  type Logger,
  type Metrics,
  type Rng,
  type RoleType,
  type TimeService,
} from '@diemnet/types';
import type { NetworkConfig } from '../config/network-config.js';
import type { OpenStorageOptions } from '../storage/open-storage.js';

/** What all networks of a node have in common. */
export interface NetworkSurroundings {
  readonly chainId: ChainId;
  /** @default systemTime */
  readonly time?: TimeService | undefined;
  /** @default systemRng */
  readonly rng?: Rng | undefined;
  /** @default silentLogger */
  readonly logger?: Logger | undefined;
  /** @default noMetrics */
  readonly metrics?: Metrics | undefined;
  /** Cryptography. @default the fastest there is */
  readonly backend?: CryptoBackend | undefined;
  /** Networks that listen on `/memory/…` are connected through this, and only these: without it they are refused. */
  readonly memoryNetwork?: MemoryNetwork | undefined;
  /** Takes the place of TCP or memory, whatever the listen address; a simulator's, say. */
  readonly baseTransport?: BaseTransport | undefined;
  /** Of the TCP transport. */
  readonly tcp?: Omit<TcpOptions, 'time'> | undefined;
  /**
   * Validator sets for on-chain discovery, unless the configuration has an `onchain_source`. Every network that needs
   * them iterates over it: {@link ReconfigurationFeed} serves any number.
   */
  readonly reconfigurations?: AsyncIterable<Uint8Array> | undefined;
  /** How storage backends are opened. */
  readonly storage?: Omit<OpenStorageOptions, 'time'> | undefined;
  /** Gives up creating, which waits where the identity comes out of a storage. No effect later. */
  readonly signal?: AbortSignal | undefined;
  /** What file discovery reads with. @default node:fs */
  readonly fileSystem?: FileSystem | undefined;
  /** What an `onchain_source` over HTTP is read with. @default the global fetch */
  readonly fetch?: HttpFetch | undefined;
  /** Whose PROXY headers are believed, where the configuration enables them. */
  readonly proxyProtocol?: ProxyProtocolOptions | undefined;
  /** Settings that the configuration file has no fields for. They win over what it says. */
  readonly tuning?: NetworkTuning | undefined;
}

/** Settings of the parts, beyond the configuration file. Each part's own documentation says what they mean. */
export interface NetworkTuning {
  readonly transport?: Partial<TransportOptions> | undefined;
  /** Budgets of Diffie-Hellman operations, and how far ahead clocks may be. */
  readonly noise?: Pick<NoiseUpgraderOptions, 'strangerDh' | 'trustedDh' | 'futureToleranceMs'> | undefined;
  readonly peer?: PeerOptions | undefined;
  /** How unknown inbound peers differ from `peer`: they may make us hold less memory (docs/memory.md). */
  readonly unknownPeer?: PeerOptions | undefined;
  readonly peerManager?: Partial<PeerManagerOptions> | undefined;
  readonly healthChecker?: HealthCheckerOptions | undefined;
  readonly connectivity?: Omit<ConnectivityManagerOptions, 'seeds' | 'mutualAuthentication'> | undefined;
}

/** What a {@link NetworkBuilder} starts from. */
export interface NetworkBuilderOptions extends NetworkSurroundings {
  /** The node's role. */
  readonly role: RoleType;
  /** The network; fields that are left out have the defaults of the configuration file. */
  readonly config: Partial<NetworkConfig>;
}

/** {@link NetworkSurroundings} with the defaults filled in. */
export type ResolvedSurroundings = NetworkSurroundings &
  Readonly<
    Record<'time', TimeService> & Record<'rng', Rng> & Record<'logger', Logger> & Record<'metrics', Metrics>
  >;

/** Surroundings with the defaults filled in. */
export function resolveSurroundings(options: NetworkSurroundings): ResolvedSurroundings {
  const { time = systemTime, rng = systemRng, logger = silentLogger, metrics = noMetrics } = options;
  return { ...options, time, rng, logger, metrics };
}

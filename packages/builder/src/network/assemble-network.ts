import { ConnectivityManager } from '@diemnet/connectivity-manager';
import { createHealthChecker, type HealthChecker } from '@diemnet/health-checker';
import type { NetworkEvents } from '@diemnet/network';
import { NoiseUpgrader } from '@diemnet/noise';
import { PeerManager } from '@diemnet/peer-manager';
import { DiemNetTransport } from '@diemnet/transport';
import {
  TrustedPeers,
  displayPeerId,
  networkContextFields,
  type NetworkContext,
  type PeerSet,
} from '@diemnet/types';
import { assertNetworkConfig } from '../config/check-network-config.js';
import { resolveNetworkConfig, type NetworkConfig } from '../config/network-config.js';
import { mergeSeeds } from '../config/seeds.js';
import { resolveIdentity, type Identity } from '../identity/resolve-identity.js';
import { allowsMemory, chooseBaseTransport } from './base-transport.js';
import { createDiscovery, type DiscoveryListener } from './create-discovery.js';
import type { NetworkBuilderOptions, ResolvedSurroundings } from './options.js';
import { createRateLimiters } from './rate-limits.js';

/** Everything that one network consists of. */
export interface NetworkParts {
  readonly config: NetworkConfig;
  readonly context: NetworkContext;
  readonly noise: NoiseUpgrader;
  readonly trustedPeers: TrustedPeers;
  readonly transport: DiemNetTransport;
  readonly peerManager: PeerManager;
  readonly connectivityManager: ConnectivityManager;
  readonly healthChecker: HealthChecker;
  readonly discovery: readonly DiscoveryListener[];
  /** Streams of events to end with the network. */
  readonly applications: Pick<NetworkEvents<unknown>, 'close'>[];
}

type Assembly = NetworkBuilderOptions & ResolvedSurroundings;

/** Creates all parts of a network and connects them; see `NetworkBuilder.create`. */
export async function assembleNetwork(options: Assembly): Promise<NetworkParts> {
  const config = resolveNetworkConfig(options.config);
  assertNetworkConfig(config, { allowMemory: allowsMemory(options) });
  const { time, rng, logger, metrics, signal } = options;
  const identity = await resolveIdentity(config.identity, { ...options.storage, time, rng, signal });
  const context: NetworkContext = {
    role: options.role,
    networkId: config.network_id,
    peerId: identity.peerId,
  };
  const trustedPeers = new TrustedPeers();
  const standing = { identity, context, trustedPeers };
  const noise = createNoise(config, options, standing);
  const { peerManager, transport } = createPeerManager(config, options, { ...standing, noise });
  const healthChecker = createHealthChecker(
    {
      registry: peerManager,
      peerManager,
      context,
      time,
      rng,
      logger,
      metrics,
      activity: (peerId) => peerManager.lastReceivedAt(peerId),
    },
    {
      pingIntervalMs: config.ping_interval_ms,
      pingTimeoutMs: config.ping_timeout_ms,
      pingFailuresTolerated: config.ping_failures_tolerated,
      ...options.tuning?.healthChecker,
    },
  );
  const connectivityManager = new ConnectivityManager(
    { context, peerManager, trustedPeers, time, rng, logger, metrics },
    {
      mutualAuthentication: config.mutual_authentication,
      seeds: seedsOf(config, options, context),
      outboundLimit:
        context.networkId.kind === 'validator' ? Number.POSITIVE_INFINITY : config.max_outbound_connections,
      checkIntervalMs: config.connectivity_check_interval_ms,
      backoffBase: config.connection_backoff_base,
      maxDelayMs: config.max_connection_delay_ms,
      ...options.tuning?.connectivity,
    },
  );
  const discovery = createDiscovery(config, options, { context, noise, connectivityManager });
  return {
    config,
    context,
    noise,
    trustedPeers,
    transport,
    peerManager,
    connectivityManager,
    healthChecker,
    discovery,
    applications: [],
  };
}

/** Who we are, and whom we trust. */
interface Standing {
  readonly identity: Identity;
  readonly context: NetworkContext;
  readonly trustedPeers: TrustedPeers;
}

type Secured = Standing & { readonly noise: NoiseUpgrader };

function createPeerManager(
  config: NetworkConfig,
  options: Assembly,
  standing: Secured,
): Pick<NetworkParts, 'peerManager' | 'transport'> {
  const { time, metrics, logger, tuning } = options;
  const { context, trustedPeers } = standing;
  // The handshake advertises what is registered at that moment.
  const transport = createTransport(config, options, {
    ...standing,
    protocols: () => peerManager.protocolIds(),
  });
  const peerManager: PeerManager = new PeerManager(
    {
      transport,
      trustedPeers,
      context,
      rateLimiters: createRateLimiters(config, options, context),
      time,
      metrics,
      logger,
    },
    {
      maxInboundConnections: config.max_inbound_connections,
      // Where only trusted peers get in, an address says nothing about who is behind it: somebody who spoils
      // handshakes from the same address must not shut out a validator.
      ...(config.mutual_authentication ? { coolDownPointsPerIp: Number.POSITIVE_INFINITY } : {}),
      ...tuning?.peerManager,
      peer: {
        maxFrameBytes: config.max_frame_size,
        laneMessages: config.network_channel_size,
        ...tuning?.peer,
      },
      ...(tuning?.unknownPeer && { unknownPeer: tuning.unknownPeer }),
    },
  );
  return { peerManager, transport };
}

function createNoise(
  config: NetworkConfig,
  { time, rng, metrics, logger, backend, tuning }: Assembly,
  { identity, context, trustedPeers }: Standing,
): NoiseUpgrader {
  return new NoiseUpgrader({
    identity,
    mode: config.mutual_authentication ? 'mutual' : 'maybe-mutual',
    trustedPeers,
    time,
    rng,
    logger: logger.child({ network_context: networkContextFields(context) }),
    metrics,
    context,
    ...(backend === undefined ? {} : { backend }),
    ...tuning?.noise,
  });
}

function createTransport(
  config: NetworkConfig,
  options: Assembly,
  {
    noise,
    context,
    protocols,
  }: { readonly noise: NoiseUpgrader; readonly context: NetworkContext; readonly protocols: () => number[] },
): DiemNetTransport {
  const { time, metrics, logger, proxyProtocol = {} } = options;
  return new DiemNetTransport(
    {
      base: chooseBaseTransport(config, options),
      noise,
      handshake: { chainId: options.chainId, networkId: context.networkId, protocols },
      context,
      proxyProtocol: config.enable_proxy_protocol ? proxyProtocol : undefined,
      time,
      metrics,
      logger,
    },
    options.tuning?.transport,
  );
}

/** One peer set of all seeds; says so where the two forms disagree about a role (D-22). */
function seedsOf(config: NetworkConfig, { logger }: ResolvedSurroundings, context: NetworkContext): PeerSet {
  const { seeds, roleConflicts } = mergeSeeds(config);
  for (const peerId of roleConflicts) {
    const fields = { network_context: networkContextFields(context), remote_peer: displayPeerId(peerId) };
    logger.warn(fields, 'seeds gives this peer another role than seed_addrs stands for, and prevails');
  }
  return seeds;
}

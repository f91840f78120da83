import type { ApplicationDefinition, RegisteredApplication } from '@diemnet/network';
import { noiseKeysOf, parseNetworkAddress } from '@diemnet/network-address';
import {
  PUBLIC_NETWORK,
  ZERO_PEER_ID,
  networkIdFromLabel,
  parseChainId,
  peerIdFromPublicKey,
  type ChainId,
  type NetworkId,
  type Peer,
  type PeerId,
  type PeerRole,
  type PeerSet,
  type RoleType,
  type X25519PrivateKey,
} from '@diemnet/types';
import type { NetworkConfig } from '../config/network-config.js';
import { NetworkBuilder } from './network-builder.js';
import type { NetworkSurroundings } from './options.js';

/** What messages each application exchanges, by the application's name. */
export type ApplicationMessages = Record<string, unknown>;

/** A network in a few words. Everything else has the defaults of the configuration file. */
export interface CreateNetworkOptions<Messages extends ApplicationMessages> extends Omit<
  NetworkSurroundings,
  'chainId'
> {
  /** A number, or a name such as `TESTING`. */
  readonly chainId: ChainId | string;
  /** `Validator`, `Public` or the name of a private network. @default public */
  readonly networkId?: NetworkId | string | undefined;
  /** @default full_node */
  readonly role?: RoleType | undefined;
  /** Where to listen; port 0 for any. @default /ip4/0.0.0.0/tcp/6180 */
  readonly listenAddress?: string | undefined;
  /** Who we are. The PeerId is derived from the key unless it is given. @default a random key */
  readonly identity?: { readonly privateKey: X25519PrivateKey; readonly peerId?: PeerId } | undefined;
  /**
   * Peers to connect to: addresses that end in `/ln-noise-ik/<key>/ln-handshake/0`, whose PeerIds derive from their
   * keys, or a whole peer set. @default none
   */
  readonly seeds?: readonly string[] | PeerSet | undefined;
  /** Only trusted peers may connect. @default false, on the validator network true */
  readonly mutualAuthentication?: boolean | undefined;
  /** What to run on the network, by name. */
  readonly applications?: {
    readonly [Name in keyof Messages]: Omit<ApplicationDefinition<Messages[Name]>, 'name'>;
  };
  /** Further fields of the configuration file. */
  readonly config?: Partial<NetworkConfig> | undefined;
}

/** A network that runs. */
export interface RunningNetwork<Messages extends ApplicationMessages> extends AsyncDisposable {
  readonly network: NetworkBuilder;
  /** Both ends of each application. */
  readonly applications: { readonly [Name in keyof Messages]: RegisteredApplication<Messages[Name]> };
  readonly peerId: PeerId;
  /** What others dial, and give as a seed. */
  readonly listenAddress: string;
  /** See {@link NetworkBuilder.stop}. */
  stop(): Promise<void>;
}

/**
 * Creates, builds and starts a network in one go.
 * @throws as the steps of {@link NetworkBuilder} do; NetworkAddressError and TypesError for malformed texts
 * @example
 * const { applications, listenAddress, stop } = await createNetwork({
 *   chainId: 'TESTING',
 *   listenAddress: '/ip4/127.0.0.1/tcp/0',
 *   applications: { chat: { protocols: [{ id: 42, name: 'chat', kinds: ['direct-send'], codec: jsonCodec<string>() }] } },
 * });
 */
export async function createNetwork<Messages extends ApplicationMessages>(
  options: CreateNetworkOptions<Messages>,
): Promise<RunningNetwork<Messages>> {
  const { chainId, networkId = PUBLIC_NETWORK, role = 'full_node', identity, listenAddress } = options;
  const network_id = typeof networkId === 'string' ? networkIdFromLabel(networkId) : networkId;
  const network = await NetworkBuilder.create({
    ...options,
    chainId: typeof chainId === 'string' ? parseChainId(chainId) : chainId,
    role,
    config: {
      ...options.config,
      network_id,
      mutual_authentication: options.mutualAuthentication ?? network_id.kind === 'validator',
      ...(listenAddress === undefined ? {} : { listen_address: parseNetworkAddress(listenAddress) }),
      ...(options.seeds === undefined ? {} : { seeds: toPeerSet(options.seeds, network_id) }),
      ...(identity === undefined
        ? {}
        : {
            identity: {
              type: 'from_config' as const,
              key: identity.privateKey,
              peer_id: identity.peerId ?? ZERO_PEER_ID,
            },
          }),
    },
  });
  try {
    const applications = Object.fromEntries(
      Object.entries(options.applications ?? {}).map(([name, definition]) => [
        name,
        network.registerApplication({ ...definition, name }),
      ]),
    ) as RunningNetwork<Messages>['applications'];
    await network.build();
    network.start();
    return {
      network,
      applications,
      peerId: network.context.peerId,
      listenAddress: network.listenAddress,
      stop: () => network.stop(),
      [Symbol.asyncDispose]: () => network.stop(),
    };
  } catch (error) {
    await network.stop({ graceMs: 0 }).catch(() => undefined);
    throw error;
  }
}

function toPeerSet(seeds: readonly string[] | PeerSet, networkId: NetworkId): PeerSet {
  if (!Array.isArray(seeds)) return seeds as PeerSet;
  const peers = new Map<PeerId, Peer>();
  for (const text of seeds as readonly string[]) {
    const address = parseNetworkAddress(text);
    const [key] = noiseKeysOf(address);
    // Without a key it is no address that can be dialed, and the check of the configuration will say so.
    const peerId = key === undefined ? ZERO_PEER_ID : peerIdFromPublicKey(key);
    const known = peers.get(peerId);
    peers.set(peerId, {
      addresses: [...(known?.addresses ?? []), address],
      keys: new Set(known?.keys),
      role: roleOfSeeds(networkId),
    });
  }
  return peers;
}

/** The role of peers that are there to be dialed (behaviour 11.4). */
function roleOfSeeds(networkId: NetworkId): PeerRole {
  const dialsValidators =
    networkId.kind === 'validator' || (networkId.kind === 'private' && networkId.name === 'vfn');
  return dialsValidators ? 'Validator' : 'Upstream';
}

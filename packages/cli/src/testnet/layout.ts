import {
  VALIDATOR_NETWORK,
  VFN_NETWORK,
  PUBLIC_NETWORK,
  networkIdToYaml,
  networkLabel,
  peerIdFromPublicKey,
  type NetworkAddress,
  type NetworkId,
  type PeerId,
  type PeerRole,
  type X25519KeyPair,
} from '@diemnet/types';
import { appendProductionProtocols, parseNetworkAddress, rotateNoiseKey } from '@diemnet/network-address';

/** What a node of the testnet is. */
export type TestnetRole = 'validator' | 'vfn' | 'pfn';

/** One endpoint of a node: its identity and address on one network. */
export interface TestnetEndpoint {
  readonly network: NetworkId;
  readonly peerId: PeerId;
  readonly keyPair: X25519KeyPair;
  readonly port: number;
  readonly address: NetworkAddress;
}

/** One node: a process of its own, with an endpoint per network. */
export interface TestnetNode {
  readonly name: string;
  readonly role: TestnetRole;
  readonly endpoints: readonly TestnetEndpoint[];
  /** vfn: the validator it belongs to. */
  readonly validator?: string;
}

/** A connection that must stand: the dialer's side first where only one side dials. */
export interface ExpectedConnection {
  readonly network: string;
  readonly from: string;
  readonly to: string;
}

/** What makes identities and ports, injected for tests. */
export interface LayoutSources {
  generateKeyPair(): X25519KeyPair;
  freePort(): Promise<number>;
}

const LOOPBACK = '/ip4/127.0.0.1';

/** An endpoint with a fresh key on a free port. */
async function createEndpoint(network: NetworkId, sources: LayoutSources): Promise<TestnetEndpoint> {
  const keyPair = sources.generateKeyPair();
  const port = await sources.freePort();
  return {
    network,
    keyPair,
    port,
    peerId: peerIdFromPublicKey(keyPair.publicKey),
    address: appendProductionProtocols(parseNetworkAddress(`${LOOPBACK}/tcp/${port}`), keyPair.publicKey, 0),
  };
}

/** The same endpoint under another key. */
export function withKey(endpoint: TestnetEndpoint, keyPair: X25519KeyPair): TestnetEndpoint {
  return {
    ...endpoint,
    keyPair,
    address: rotateNoiseKey(endpoint.address, endpoint.keyPair.publicKey, keyPair.publicKey),
  };
}

/** A validator, which also serves its full nodes. */
export async function createValidator(name: string, sources: LayoutSources): Promise<TestnetNode> {
  return {
    name,
    role: 'validator',
    endpoints: [await createEndpoint(VALIDATOR_NETWORK, sources), await createEndpoint(VFN_NETWORK, sources)],
  };
}

/** The nodes of a testnet: validators, their full nodes, and public full nodes. */
export async function createLayout(
  counts: { readonly validators: number; readonly vfns: number; readonly pfns: number },
  sources: LayoutSources,
): Promise<TestnetNode[]> {
  const nodes: TestnetNode[] = [];
  for (let i = 0; i < counts.validators; i++) nodes.push(await createValidator(`validator-${i}`, sources));
  for (let i = 0; i < counts.vfns; i++) {
    nodes.push({
      name: `vfn-${i}`,
      role: 'vfn',
      validator: `validator-${i % counts.validators}`,
      endpoints: [await createEndpoint(VFN_NETWORK, sources), await createEndpoint(PUBLIC_NETWORK, sources)],
    });
  }
  for (let i = 0; i < counts.pfns; i++) {
    nodes.push({ name: `pfn-${i}`, role: 'pfn', endpoints: [await createEndpoint(PUBLIC_NETWORK, sources)] });
  }
  return nodes;
}

/** The endpoint of `node` on `network`. */
export function endpointOn(node: TestnetNode, network: NetworkId): TestnetEndpoint | undefined {
  return node.endpoints.find((endpoint) => networkLabel(endpoint.network) === networkLabel(network));
}

/** Every connection that must stand once the network has settled. */
export function expectedConnections(nodes: readonly TestnetNode[]): ExpectedConnection[] {
  const validators = nodes.filter((node) => node.role === 'validator');
  const vfns = nodes.filter((node) => node.role === 'vfn');
  const pfns = nodes.filter((node) => node.role === 'pfn');
  const mesh = validators.flatMap((from, i) =>
    validators
      .slice(i + 1)
      .map((to) => ({ network: networkLabel(VALIDATOR_NETWORK), from: from.name, to: to.name })),
  );
  const toValidator = vfns
    .filter((vfn) => validators.some((validator) => validator.name === vfn.validator))
    .map((vfn) => ({ network: networkLabel(VFN_NETWORK), from: vfn.name, to: vfn.validator as string }));
  const toVfn = pfns.flatMap((from) =>
    vfns.map((to) => ({ network: networkLabel(PUBLIC_NETWORK), from: from.name, to: to.name })),
  );
  return [...mesh, ...toValidator, ...toVfn];
}

interface ConfigOptions {
  /** Where validators read the on-chain validator set. */
  readonly validatorSetFile: string;
  readonly connectivityCheckIntervalMs: number;
  readonly pollIntervalMs: number;
}

/** The NodeConfig of `node` as a plain object, ready for YAML. */
export function nodeConfigOf(
  node: TestnetNode,
  nodes: readonly TestnetNode[],
  options: ConfigOptions,
): Record<string, unknown> {
  const base = { role: node.role === 'validator' ? 'validator' : 'full_node', chain_id: 'TESTING' };
  const [first] = node.endpoints;
  if (node.role === 'validator' && first !== undefined) {
    const vfnEndpoint = endpointOn(node, VFN_NETWORK) as TestnetEndpoint;
    return {
      base,
      validator_network: {
        ...common(first, options),
        mutual_authentication: true,
        discovery_method: 'onchain',
        onchain_source: { file: [options.validatorSetFile, duration(options.pollIntervalMs)] },
      },
      full_node_networks: [
        {
          ...common(vfnEndpoint, options),
          max_outbound_connections: 0,
          seeds: seeds(
            nodes.filter((other) => other.validator === node.name),
            VFN_NETWORK,
            'ValidatorFullNode',
          ),
        },
      ],
    };
  }
  if (node.role === 'vfn') {
    return {
      base,
      full_node_networks: node.endpoints.map((endpoint) =>
        endpoint.network.kind === 'private'
          ? {
              ...common(endpoint, options),
              max_outbound_connections: 1,
              seeds: seeds(
                nodes.filter((other) => other.name === node.validator),
                VFN_NETWORK,
                'Validator',
              ),
            }
          : common(endpoint, options),
      ),
    };
  }
  const vfns = nodes.filter((other) => other.role === 'vfn');
  return {
    base,
    full_node_networks: node.endpoints.map((endpoint) => ({
      ...common(endpoint, options),
      max_outbound_connections: Math.max(1, vfns.length),
      seeds: seeds(vfns, PUBLIC_NETWORK, 'ValidatorFullNode'),
    })),
  };
}

function common(endpoint: TestnetEndpoint, options: ConfigOptions): Record<string, unknown> {
  return {
    network_id: networkIdToYaml(endpoint.network),
    listen_address: `${LOOPBACK}/tcp/${endpoint.port}`,
    identity: {
      type: 'from_config',
      key: endpoint.keyPair.privateKey.exposeHex(),
      peer_id: endpoint.peerId,
    },
    connectivity_check_interval_ms: options.connectivityCheckIntervalMs,
    max_connection_delay_ms: 5000,
  };
}

function seeds(
  nodes: readonly TestnetNode[],
  network: NetworkId,
  role: PeerRole,
): Record<string, { addresses: NetworkAddress[]; keys: string[]; role: PeerRole }> {
  return Object.fromEntries(
    nodes.flatMap((node) => {
      const endpoint = endpointOn(node, network);
      return endpoint === undefined
        ? []
        : [[endpoint.peerId, { addresses: [endpoint.address], keys: [endpoint.keyPair.publicKey], role }]];
    }),
  );
}

function duration(ms: number): { secs: number; nanos: number } {
  return { secs: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}

import { createNetwork } from '@diemnet/builder';
import { bytesCodec } from '@diemnet/network';

/** Protocols of the application that the bench runs on each node. */
export const BULK = 100;
export const CALLS = 101;
export const URGENT = 102;

const protocols = [
  { id: BULK, name: 'bulk', kinds: ['direct-send'], codec: bytesCodec },
  { id: CALLS, name: 'calls', kinds: ['rpc'], codec: bytesCodec },
  { id: URGENT, name: 'urgent', kinds: ['direct-send'], codec: bytesCodec },
];

/** A node with the application of the bench. It knows its seeds, but dials only when it is told to. */
export function createNode({ config, ...options } = {}) {
  return createNetwork({
    chainId: 'TESTING',
    listenAddress: '/ip4/127.0.0.1/tcp/0',
    applications: { bench: { protocols } },
    config: { max_inbound_connections: 5000, max_outbound_connections: 0, ...config },
    tuning: { peer: { lanePriorities: new Map([[URGENT, 'urgent']]) } },
    ...options,
  });
}

/** A node that is connected to `remote`, and its sender. */
export async function connectedNode(remote, options) {
  const node = await createNode({ seeds: [remote.listenAddress], ...options });
  await dial(node, remote);
  return node;
}

export async function dial(node, { peerId, listenAddress }) {
  const { sender } = node.applications.bench;
  await sender.dialPeer(peerId, listenAddress);
  return sender;
}

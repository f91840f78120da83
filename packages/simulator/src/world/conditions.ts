import type { Testbed, TestbedNode } from '../scenario/testbed.js';

/** Every node that runs is connected to every other. */
export function fullMesh({ nodes }: Pick<Testbed, 'nodes'>): boolean {
  const running = nodes.filter(({ state }) => state === 'running');
  return connected(running);
}

/** Each of these nodes is connected to each other. */
export function connected(nodes: readonly TestbedNode[]): boolean {
  for (const node of nodes) {
    if (node.connectedPeers.size < nodes.length - 1) return false;
  }
  for (const node of nodes) {
    for (const other of nodes) {
      if (other !== node && !node.connectedPeers.has(other.peerId)) return false;
    }
  }
  return true;
}

/** No node of one group is connected to a node of the other. */
export function apart(group: readonly TestbedNode[], others: readonly TestbedNode[]): boolean {
  return group.every((node) =>
    others.every(
      (other) =>
        node === other || (!node.connectedPeers.has(other.peerId) && !other.connectedPeers.has(node.peerId)),
    ),
  );
}

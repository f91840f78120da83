/** A network of nodes in memory, to test applications with several peers. */
export { LoopbackNetwork } from './loopback-network.js';
export type { LoopbackNetworkOptions } from './loopback-network.js';
export { LoopbackNode } from './loopback-node.js';

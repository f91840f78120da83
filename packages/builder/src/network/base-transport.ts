import { MemoryTransport, TcpTransport, type Transport as BaseTransport } from '@diemnet/netcore';
import { parseMemory } from '@diemnet/network-address';
import type { NetworkConfig } from '../config/network-config.js';
import type { ResolvedSurroundings } from './options.js';

/**
 * What carries a network's connections: the program's own transport; memory, where the program gave a MemoryNetwork and
 * the listen address is one in memory; else TCP.
 */
export function chooseBaseTransport(
  { listen_address }: Pick<NetworkConfig, 'listen_address'>,
  { baseTransport, memoryNetwork, tcp, time }: ResolvedSurroundings,
): BaseTransport {
  if (baseTransport !== undefined) return baseTransport;
  const inMemory = memoryNetwork !== undefined && parseMemory(listen_address) !== undefined;
  return inMemory ? new MemoryTransport(memoryNetwork) : new TcpTransport({ ...tcp, time });
}

/** May addresses of this network be in memory? */
export function allowsMemory({ baseTransport, memoryNetwork }: ResolvedSurroundings): boolean {
  return baseTransport !== undefined || memoryNetwork !== undefined;
}

import { networkLabel, type NetworkId } from './network-id.js';
import { shortPeerId, type PeerId } from './peer-id.js';
import type { RoleType } from './role.js';

/** Who we are on one network: in every log line and metric of it. */
export interface NetworkContext {
  readonly role: RoleType;
  readonly networkId: NetworkId;
  readonly peerId: PeerId;
}

/** `[role,network,short PeerId]`, as in messages. */
export function displayNetworkContext(context: NetworkContext): string {
  return `[${context.role},${networkLabel(context.networkId)},${shortPeerId(context.peerId)}]`;
}

/** The object that logs and YAML show: role, bare network name, full PeerId. */
export function networkContextFields(context: NetworkContext): {
  role: RoleType;
  network_id: string;
  peer_id: PeerId;
} {
  return { role: context.role, network_id: networkLabel(context.networkId), peer_id: context.peerId };
}

/** The labels that most metrics carry (observability 1). */
export function networkContextLabels(context: NetworkContext): {
  role_type: string;
  network_id: string;
  peer_id: string;
} {
  return {
    role_type: context.role,
    network_id: networkLabel(context.networkId),
    peer_id: shortPeerId(context.peerId),
  };
}

import {
  compareNetworkIds,
  networkIdEquals,
  networkLabel,
  type NetworkId,
  type RoleType,
} from '@diemnet/types';
import { BuilderError } from '../errors.js';
import type { NetworkBuilder, StopOptions } from '../network/network-builder.js';

/** All networks of a node, in order of importance: validator, `vfn`, other private ones, public. */
export class DiemNetNode {
  readonly role: RoleType;
  readonly networks: readonly NetworkBuilder[];
  #stopping: Promise<void> | undefined;

  /** Takes over networks that are not built yet; `createNode` makes them. */
  constructor(role: RoleType, networks: readonly NetworkBuilder[]) {
    this.role = role;
    this.networks = networks.toSorted((a, b) => compareNetworkIds(a.context.networkId, b.context.networkId));
  }

  /** The network of this id; the first of several public ones. @throws BuilderError `ERR_BUILDER_UNKNOWN_NETWORK` */
  network(id: NetworkId): NetworkBuilder {
    const found = this.networks.find((network) => networkIdEquals(network.context.networkId, id));
    if (found !== undefined) return found;
    throw new BuilderError('ERR_BUILDER_UNKNOWN_NETWORK', `this node has no network ${networkLabel(id)}`);
  }

  /**
   * Binds all listen addresses, then starts all networks. If one fails, the others are stopped.
   * @throws BuilderError `ERR_BUILDER_NODE_START` with the failure as its cause, `ERR_BUILDER_STATE`
   */
  async start(): Promise<void> {
    for (const network of this.networks) {
      if (network.state === 'created') continue;
      throw new BuilderError(
        'ERR_BUILDER_STATE',
        `the node cannot start: a network of it is ${network.state}`,
      );
    }
    try {
      for (const network of this.networks) await network.build();
      for (const network of this.networks) network.start();
    } catch (cause) {
      // What goes wrong in this too is there for whoever calls stop.
      await this.stop({ graceMs: 0 }).catch(() => undefined);
      throw new BuilderError('ERR_BUILDER_NODE_START', 'a network of the node does not start', { cause });
    }
  }

  /**
   * Stops all networks at the same time. From any state, and as often as one likes.
   * @throws BuilderError `ERR_BUILDER_NODE_STOP`, with all that went wrong, once all have come to their end
   */
  stop(options: StopOptions = {}): Promise<void> {
    this.#stopping ??= this.#stop(options);
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(options: StopOptions): Promise<void> {
    const ends = await Promise.allSettled(this.networks.map((network) => network.stop(options)));
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
    if (failures.length === 0) return;
    throw new BuilderError('ERR_BUILDER_NODE_STOP', `${failures.length} networks did not stop in order`, {
      cause: new AggregateError(failures),
    });
  }
}

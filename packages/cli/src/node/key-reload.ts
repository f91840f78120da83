import {
  DEFAULT_KEY_OVERLAP_MS,
  loadNodeConfig,
  networksOf,
  resolveIdentity,
  type DiemNetNode,
  type IdentityConfig,
  type NetworkBuilder,
  type NodeConfig,
} from '@diemnet/builder';
import {
  networkContextFields,
  networkIdEquals,
  networkLabel,
  startInterval,
  type Logger,
  type TimeService,
  type Timer,
} from '@diemnet/types';
import type { NodeOutput } from './node-output.js';

/** How often key files are looked at. Mounted secrets change by links, which watching misses. */
const LOOK_INTERVAL_MS = 5_000;

/** What following the keys needs. */
export interface KeyReloadComponents {
  readonly node: DiemNetNode;
  readonly config: NodeConfig;
  readonly file: string;
  readonly time: TimeService;
  readonly logger: Logger;
  readonly output: NodeOutput;
  readonly overlapMs?: number | undefined;
}

/**
 * Takes new identity keys while the node runs: of key files that change, at once after {@link KeyReload.reload}
 * (SIGHUP) or within seconds, and of the configuration file after `reload`. What cannot be read changes nothing.
 */
export class KeyReload {
  readonly #components: KeyReloadComponents;
  readonly #failed = new Map<NetworkBuilder, string>();
  readonly #timer: Timer;
  #work: Promise<void> = Promise.resolve();

  constructor(components: KeyReloadComponents) {
    this.#components = components;
    this.#timer = startInterval(components.time, LOOK_INTERVAL_MS, () => this.#look(), {
      firstDelayMs: LOOK_INTERVAL_MS,
    });
  }

  /** Reads the configuration file and all keys anew. */
  reload(): Promise<void> {
    this.#work = this.#work.then(() => this.#reload());
    return this.#work;
  }

  async stop(): Promise<void> {
    this.#timer.cancel();
    await this.#work;
  }

  #look(): void {
    this.#work = this.#work.then(() =>
      this.#follow(
        this.#components.config,
        (identity) => identity.type === 'from_config' && 'key_file' in identity,
      ),
    );
  }

  async #reload(): Promise<void> {
    const { file, logger } = this.#components;
    let config: NodeConfig;
    try {
      config = await loadNodeConfig(file);
    } catch (error) {
      logger.error({ error: String(error) }, 'configuration not reloaded, the keys stay as they are');
      return;
    }
    // Without an identity of its own a network has a random key, and would get another one each time.
    await this.#follow(
      config,
      (identity, network) => network.config.identity.type !== 'none' && identity.type !== 'none',
    );
  }

  async #follow(
    config: NodeConfig,
    wanted: (identity: IdentityConfig, network: NetworkBuilder) => boolean,
  ): Promise<void> {
    for (const { config: section } of networksOf(config)) {
      const network = this.#components.node.networks.find(({ context }) =>
        networkIdEquals(context.networkId, section.network_id),
      );
      if (network?.state === 'started' && wanted(section.identity, network)) {
        await this.#refresh(network, section.identity, config.base.data_dir);
      }
    }
  }

  async #refresh(network: NetworkBuilder, identity: IdentityConfig, dataDir: string): Promise<void> {
    const { logger, output, overlapMs = DEFAULT_KEY_OVERLAP_MS } = this.#components;
    const { context } = network;
    const fields = { network_context: networkContextFields(context) };
    try {
      const { peerId, keyPair } = await resolveIdentity(identity, { dataDir });
      this.#failed.delete(network);
      if (keyPair.publicKey === network.publicKey) return;
      if ('peer_id' in identity && peerId !== context.peerId && !derives(identity)) {
        logger.error(fields, 'identity key not rotated: its PeerId is another one, which takes a restart');
        return;
      }
      network.rotateIdentity(keyPair, { overlapMs });
      output.keyRotated(context, network.listenAddress);
    } catch (error) {
      // Once per reason: a file that stays unreadable is looked at every few seconds.
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#failed.get(network) === reason) return;
      this.#failed.set(network, reason);
      logger.error(
        { ...fields, error: reason },
        `key of ${networkLabel(context.networkId)} not reloaded, the old one stays`,
      );
    }
  }
}

/** A PeerId of zeros derives from the key; a rotation keeps the one that the node began with. */
function derives(identity: IdentityConfig): boolean {
  return 'peer_id' in identity && /^0+$/.test(identity.peer_id);
}

import { parseHostAndPort } from '@diemnet/builder';
import {
  labelledMetrics,
  remoteInspector,
  startAdminServer,
  type AdminServer,
  type RemoteInspector,
} from '@diemnet/inspector';
import { UsageError } from '../exit.js';
import type { TestnetInspection } from './testnet.js';

/** One page and one `/metrics` for all nodes of a testnet, each asked at its own administrative server. */
export class TestnetPage implements TestnetInspection {
  readonly #server: AdminServer;
  readonly #nodes: Map<string, RemoteInspector>;

  private constructor(server: AdminServer, nodes: Map<string, RemoteInspector>) {
    this.#server = server;
    this.#nodes = nodes;
  }

  /** @throws UsageError; InspectorError `ERR_ADMIN_LISTEN`, `ERR_ADMIN_TOKEN_REQUIRED` */
  static async serve(listen: string): Promise<TestnetPage> {
    const place = parseHostAndPort(listen);
    if (place === undefined) throw new UsageError(`--admin: "${listen}" is not a host and a port`);
    const nodes = new Map<string, RemoteInspector>();
    const registry = labelledMetrics(() => nodes.values());
    return new TestnetPage(await startAdminServer({ ...place, registry }), nodes);
  }

  get url(): string {
    return this.#server.url;
  }

  /** A restarted node serves at another place than before. */
  onNode(name: string, url: string): void {
    this.onGone(name);
    const node = remoteInspector(url, { name });
    this.#nodes.set(name, node);
    this.#server.addSource(node);
  }

  onGone(name: string): void {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    this.#nodes.delete(name);
    this.#server.removeSource(node);
    node.close();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    for (const node of this.#nodes.values()) node.close();
    this.#nodes.clear();
  }
}

import path from 'node:path';
import { parseHostAndPort, type AdminConfig, type DiemNetNode } from '@diemnet/builder';
import { NodeInspector, startAdminServer, type PromMetrics } from '@diemnet/inspector';
import { collectDefaultMetrics } from 'prom-client';
import { UsageError } from '../exit.js';
import { readTokenFile } from './token-file.js';

/** The administrative server of a node, and what it looks with. */
export interface NodeAdmin {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves a node's metrics, health and inspector. Call it before the node starts, so that nothing is missed.
 * A relative path of a token file starts at `dataDir`, as those of key files do.
 * @throws UsageError for a token file that cannot be used; InspectorError
 */
export async function serveNodeAdmin(
  node: DiemNetNode,
  { listen, token_file, dataDir }: AdminConfig & { readonly dataDir: string },
  metrics: PromMetrics,
): Promise<NodeAdmin> {
  const place = parseHostAndPort(listen);
  if (place === undefined) throw new UsageError(`admin: "${listen}" is not a host and a port`);
  const token = token_file === undefined ? undefined : await readTokenFile(path.resolve(dataDir, token_file));
  // Process, event loop and garbage collection, beside the network's own.
  collectDefaultMetrics({ register: metrics.registry });
  const inspector = new NodeInspector(node);
  try {
    const server = await startAdminServer({
      ...place,
      token,
      sources: [inspector],
      registry: metrics.registry,
    });
    return {
      url: server.url,
      async stop() {
        await server.stop();
        inspector.close();
      },
    };
  } catch (error) {
    inspector.close();
    throw error;
  }
}

import { readFileSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parsePeerSetYaml } from '@diemnet/discovery';
import { isDiemNetAddress } from '@diemnet/network-address';
import { parseAllDocuments } from 'yaml';
import { run } from './run.js';

const DEPLOY = path.resolve(__dirname, '../../../deploy');

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly data: Record<string, string>;
  readonly spec: Record<string, never> & {
    readonly serviceName: string;
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly template: {
      readonly metadata: {
        readonly labels: Record<string, string>;
        readonly annotations: Record<string, string>;
      };
      readonly spec: PodSpec;
    };
  };
}

interface PodSpec {
  readonly containers: readonly [Container];
  readonly volumes: readonly (Record<string, Record<string, unknown>> & { readonly name: string })[];
  readonly securityContext: Record<string, unknown>;
}

interface Container {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
  }[];
  readonly securityContext: Record<string, unknown>;
  readonly [probe: string]: unknown;
}

const manifests = readdirSync(path.join(DEPLOY, 'kubernetes'))
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => {
    const documents = parseAllDocuments(readFileSync(path.join(DEPLOY, 'kubernetes', name), 'utf8'), {
      strict: true,
      uniqueKeys: true,
    });
    if (!Array.isArray(documents)) return [];
    return documents.map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as Manifest;
    });
  });
const only = (kind: string): Manifest => {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as Manifest;
};

describe('the Kubernetes manifests', () => {
  const pod = () => only('StatefulSet').spec.template.spec;
  const container = () => pod().containers[0];

  it('are whole: a version, a kind and a name each, in one namespace', () => {
    for (const { apiVersion, kind, metadata } of manifests) {
      expect([apiVersion, kind, metadata.name].every((text) => typeof text === 'string')).toBe(true);
      expect(metadata.namespace).toBe('diemnet');
    }
    expect(manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).sort()).toEqual([
      'apps/v1 StatefulSet',
      'v1 ConfigMap',
      'v1 Service',
    ]);
  });

  it('fit together: selectors, the headless service, volumes, ports', () => {
    const set = only('StatefulSet').spec;
    const service = only('Service');
    expect(set.template.metadata.labels).toMatchObject(set.selector.matchLabels);
    expect(set.template.metadata.labels).toMatchObject(service.spec['selector'] as never);
    expect(service.spec['clusterIP']).toBe('None');
    expect(set.serviceName).toBe(service.metadata.name);
    const volumes = pod().volumes.map(({ name }) => name);
    for (const { name } of container().volumeMounts) expect(volumes).toContain(name);
    const config = pod().volumes.find(({ name }) => name === 'config');
    expect(config).toMatchObject({ configMap: { name: only('ConfigMap').metadata.name } });
    expect(container().ports).toEqual([
      { name: 'diemnet', containerPort: 6180 },
      { name: 'admin', containerPort: 9101 },
    ]);
    expect(set.template.metadata.annotations).toMatchObject({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9101',
    });
  });

  it('probe what the node serves without a token', () => {
    for (const [probe, at] of [
      ['startupProbe', '/healthz'],
      ['livenessProbe', '/healthz'],
      ['readinessProbe', '/readyz'],
    ] as const) {
      expect(container()[probe]).toMatchObject({ httpGet: { path: at, port: 'admin' } });
    }
  });

  it('run as somebody without rights, who alone can read the keys', () => {
    expect(pod().securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001 });
    expect(container().securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod().volumes.find(({ name }) => name === 'keys')).toMatchObject({
      secret: { defaultMode: 0o440 },
    });
    // A subPath would not follow the Secret when a key is rotated.
    expect(container().volumeMounts.find(({ name }) => name === 'keys')).not.toHaveProperty('subPath');
  });

  it('have a configuration that config check accepts, and peers that can be dialed by name', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'diemnet-deploy-'));
    try {
      const { 'node.yaml': node = '', 'peers.yaml': peers = '' } = only('ConfigMap').data;
      const mounted = new Set(container().volumeMounts.map(({ mountPath }) => mountPath));
      const named = [...node.matchAll(/\/etc\/diemnet\/(?:keys|peers)\b/g)].map(([text]) => text);
      expect(named.length).toBeGreaterThanOrEqual(3);
      for (const place of named) expect(mounted).toContain(place);
      expect(container().args).toContain('/etc/diemnet/node.yaml');
      const file = path.join(folder, 'node.yaml');
      await writeFile(path.join(folder, 'identity.key'), '01'.repeat(32), { mode: 0o600 });
      await chmod(path.join(folder, 'identity.key'), 0o600);
      await writeFile(path.join(folder, 'admin.token'), 'secret', { mode: 0o440 });
      await writeFile(file, node.replaceAll('/etc/diemnet/keys', folder));
      const { code, stdout, stderr } = await run(['config', 'check', file, '--json']);
      expect([code, stderr]).toEqual([0, '']);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, warnings: [] });
      const known = parsePeerSetYaml(peers);
      expect(known.size).toBe(2);
      for (const { addresses } of known.values()) {
        for (const address of addresses) {
          expect(isDiemNetAddress(address)).toBe(true);
          expect(address).toMatch(
            /^\/dns4\/validator-\d-0\.diemnet\.diemnet\.svc\.cluster\.local\/tcp\/6180\//,
          );
        }
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the Containerfile', () => {
  const text = readFileSync(path.join(DEPLOY, 'Containerfile'), 'utf8');
  const root = path.resolve(DEPLOY, '..');

  it('copies what there is, runs as somebody without rights, and passes signals on', () => {
    for (const [, sources = ''] of text.matchAll(/^COPY (?!--from)(.*) \S+$/gm)) {
      for (const source of sources.split(' ')) expect(readdirSync(root)).toContain(source);
    }
    expect(text).toMatch(/^USER 10001:10001$/m);
    expect(text).toMatch(/^ENTRYPOINT \["node", "\/opt\/diemnet\/packages\/cli\/bin\/diemnet.js"\]$/m);
    expect(readdirSync(path.join(root, 'packages/cli/bin'))).toContain('diemnet.js');
    expect(text).toMatch(/^EXPOSE 6180 9101$/m);
  });
});

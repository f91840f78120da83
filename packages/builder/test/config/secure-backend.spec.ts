import { parseNetworkConfig } from '../../src/index.js';
import { issuesOf } from './expectations.js';

const backend = (text: string) =>
  parseNetworkConfig(`network_address_key_backend: ${text}`).network_address_key_backend;

describe('storage backends', () => {
  it('reads every field as written [C-475]', () => {
    expect(
      backend(
        '{type: vault, server: "http://v:8200", token: {from_config: t}, ca_certificate: /ca, namespace: n, ' +
          'renew_ttl_secs: 5, disable_cas: true, connection_timeout_ms: 6, response_timeout_ms: 7}',
      ),
    ).toEqual({
      type: 'vault',
      server: 'http://v:8200',
      token: { from_config: 't' },
      ca_certificate: '/ca',
      namespace: 'n',
      renew_ttl_secs: 5,
      disable_cas: true,
      connection_timeout_ms: 6,
      response_timeout_ms: 7,
    });
    expect(backend('{type: git_hub, repository_owner: o, repository: r, token: {from_disk: /t}}')).toEqual({
      type: 'git_hub',
      repository_owner: 'o',
      repository: 'r',
      token: { from_disk: '/t' },
    });
    expect(backend('{type: on_disk_storage, path: secrets.json, namespace: n}')).toEqual({
      type: 'on_disk_storage',
      path: 'secrets.json',
      namespace: 'n',
    });
    expect(backend('{type: in_memory_storage}')).toEqual({ type: 'in_memory_storage' });
  });

  it.each([
    ['5', ''],
    ['{}', '.type'],
    ['{type: toaster}', '.type'],
    ['{type: constructor}', '.type'],
    ['{type: vault, token: {from_config: t}}', '.server'],
    ['{type: vault, server: nowhere, token: {from_config: t}}', '.server'],
    ['{type: vault, server: "http://v"}', '.token'],
    ['{type: vault, server: "http://v", token: {}}', '.token'],
    ['{type: vault, server: "http://v", token: {from_memory: t}}', '.token'],
    [
      '{type: vault, server: "http://v", token: {from_config: t}, renew_ttl_secs: 4294967296}',
      '.renew_ttl_secs',
    ],
    ['{type: git_hub, repository_owner: o, token: {from_config: t}}', '.repository'],
    ['{type: on_disk_storage}', '.path'],
  ])('refuses %s', (text, path) => {
    expect(issuesOf(() => backend(text))).toMatchObject([{ path: `network_address_key_backend${path}` }]);
  });

  it('never shows a token', () => {
    const text = '{type: vault, server: "http://v", token: s3cret}';
    expect(JSON.stringify(issuesOf(() => backend(text)))).not.toContain('s3cret');
  });
});

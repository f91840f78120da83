import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../run';
import { ProcessUnderTest, temporaryFolder, writeConfig } from './node-under-test';

jest.setTimeout(60_000);

const yamlOf = (dataDir: string) => `base: { role: full_node, chain_id: TESTING, data_dir: ${dataDir} }
full_node_networks:
  - network_id: public
    listen_address: /ip4/127.0.0.1/tcp/0
`;
const TOKEN = 'correct-horse';
const STRANGER = 'ab'.repeat(16);

describe('the administrative server of diemnet node', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let tokenFile: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    tokenFile = path.join(folder.path, 'admin.token');
    await writeFile(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
  });

  afterEach(async () => {
    for (const node of started.splice(0)) await node.stop('SIGKILL');
  });

  afterAll(() => folder.remove());

  const started: ProcessUnderTest[] = [];
  const start = (...args: string[]) => {
    const node = new ProcessUnderTest(['node', ...args]);
    started.push(node);
    return node;
  };

  const config = (name: string, admin: string) =>
    writeConfig(folder.path, name, `${yamlOf(folder.path)}admin: ${admin}\n`);

  it('is what the section admin says: probes for everybody, the rest for the token', async () => {
    const file = await config('node.yaml', '{ listen: "127.0.0.1:0", token_file: admin.token }');
    const node = start('-f', file, '--json');
    const url = String((await node.line(({ event }) => event === 'admin'))['url']);
    await node.line(({ event }) => event === 'ready');
    const get = async (target: string, token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`${url}${target}`, { headers });
      return [response.status, await response.text()] as const;
    };
    expect((await get('/healthz'))[0]).toBe(200);
    expect(await get('/readyz')).toEqual([200, '{"ready":true}']);
    expect((await get('/'))[1]).toContain('<title>DiemNet inspector</title>');
    for (const target of [
      '/metrics',
      '/v1/nodes',
      '/v1/peers',
      '/v1/events',
      `/v1/peers/${STRANGER}/explain`,
    ]) {
      expect((await get(target))[0]).toBe(401);
      expect((await get(target, 'wrong'))[0]).toBe(401);
    }
    const [status, metrics] = await get('/metrics', TOKEN);
    expect(status).toBe(200);
    expect(metrics).toMatch(/^# TYPE diem_connections gauge$/m);
    expect(metrics).toMatch(/^process_cpu_seconds_total /m);

    const asked = ['--admin', url, '--token-file', tokenFile];
    expect(await run(['peers', ...asked])).toMatchObject({ code: 0, stdout: 'no connection stands\n' });
    const explained = await run(['explain', STRANGER, ...asked]);
    expect(explained.stdout).toContain('no source of discovery names this peer');
    const env = { DIEMNET_ADMIN_TOKEN_FILE: tokenFile };
    expect((await run(['peers', '--admin', url], env)).code).toBe(1);
    expect((await node.stop()).code).toBe(0);
  });

  it('listens where --admin says instead, and still asks for the token', async () => {
    const file = await config('taken.yaml', `{ listen: "192.0.2.1:9", token_file: "${tokenFile}" }`);
    const node = start('-f', file, '--json', '--admin', '127.0.0.1:0');
    const url = String((await node.line(({ event }) => event === 'admin'))['url']);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await node.stop()).code).toBe(0);
  });

  it('is not there unless it is asked for', async () => {
    const node = start('-f', await writeConfig(folder.path, 'no.yaml', yamlOf(folder.path)), '--json');
    await node.line(({ event }) => event === 'ready');
    expect(node.lines.some(({ event }) => event === 'admin')).toBe(false);
    expect((await node.stop()).code).toBe(0);
  });

  it('is refused in one line where it would be unsafe or cannot be, before the node runs', async () => {
    const open = path.join(folder.path, 'open.token');
    await writeFile(open, TOKEN);
    await chmod(open, 0o644);
    const missing = path.join(folder.path, 'missing.token');
    const cases: [string, number, RegExp][] = [
      ['{ listen: "0.0.0.0:0" }', 1, /set a token/],
      [`{ listen: "127.0.0.1:0", token_file: "${open}" }`, 2, /chmod 600/],
      [`{ listen: "127.0.0.1:0", token_file: "${missing}" }`, 2, /missing\.token: the token cannot be read/],
      ['{ listen: "9101" }', 2, /admin\.listen: expected a host and a TCP port/],
      ['{ listen: "127.0.0.1:0", tokn: x }', 2, /tokn/],
      ['{ token_file: x }', 2, /listen/],
    ];
    for (const [i, [admin, code, says]] of cases.entries()) {
      const file = await config(`wrong-${i}.yaml`, admin);
      const node = start('-f', file);
      expect((await node.exited).code).toBe(code);
      expect(node.stderr).toMatch(/^diemnet: [^\n]+\n$/);
      expect(node.stderr).toMatch(says);
      expect(node.stdout).toBe('');
      const checked = await run(['config', 'check', file]);
      expect(checked.code).toBe(2);
      expect(checked.stdout + checked.stderr).toMatch(says);
    }
  });
});

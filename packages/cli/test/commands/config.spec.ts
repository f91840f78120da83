import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { run } from '../run.js';

const SEED =
  '/ip4/10.0.0.61/tcp/6080/ln-noise-ik/080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a487120/ln-handshake/0';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'diemnet-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const init = (...args: string[]) =>
  run(['config', 'init', '--chain-id', 'TESTING', '--out', path.join(folder, 'node.yaml'), ...args]);
const check = (file: string, ...args: string[]) => run(['config', 'check', file, ...args]);

describe('diemnet config init', () => {
  it.each([
    [['--role', 'validator'], 'Validator'],
    [['--role', 'full-node'], 'Public'],
    [['--role', 'full-node', '--network', 'vfn'], 'vfn'],
    [
      [
        '--role',
        'full-node',
        '--listen',
        '/ip4/127.0.0.1/tcp/7000',
        '--seed',
        SEED,
        '--seed',
        SEED.replace('6080', '6081'),
      ],
      'Public',
    ],
  ])('writes what config check accepts: %j', async (args, network) => {
    const made = await init(...args, '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { file, keyFile, peerId, publicKey } = JSON.parse(made.stdout) as Record<string, string>;
    const report = await check(file as string, '--json');
    expect(report.code).toBe(0);
    expect(JSON.parse(report.stdout)).toMatchObject({
      ok: true,
      issues: [],
      networks: [{ network, peerId, publicKey }],
    });
    expect((await stat(keyFile as string)).mode & 0o777).toBe(0o600);
    const yaml = await readFile(file as string, 'utf8');
    expect(yaml).toContain('# Who we are.');
    expect(yaml).not.toContain((await readFile(keyFile as string, 'utf8')).trim());
  });

  it('overwrites neither the configuration nor a key', async () => {
    await init('--role', 'validator');
    const before = await readFile(path.join(folder, 'node.yaml'), 'utf8');
    const again = await init('--role', 'validator');
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/^diemnet: .*is not overwritten.*\n$/);
    expect(await readFile(path.join(folder, 'node.yaml'), 'utf8')).toBe(before);
    await rm(path.join(folder, 'node.yaml'));
    expect((await init('--role', 'validator')).code).toBe(2);
    await expect(stat(path.join(folder, 'node.yaml'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    [['--role', 'boss'], '--role'],
    [['--role', 'validator', '--network', 'public'], '--network'],
    [['--role', 'full-node', '--network', 'validator'], '--role validator'],
    [['--role', 'full-node', '--seed', '/ip4/1.2.3.4/tcp/1'], 'can be dialed'],
    [['--role', 'full-node', '--listen', 'here'], 'network address'],
    [['--role', 'full-node', '--chain-id', '0'], 'chain'],
    [['--role', 'full-node', '--out', '/dev/null/node.yaml'], 'cannot be written'],
    [[], '--role'],
  ])('refuses %j with exit code 2', async (args, says) => {
    const { code, stderr } = await init(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe('diemnet config check', () => {
  it('says all that is wrong, with lines', async () => {
    const file = path.join(folder, 'bad.yaml');
    await writeFile(
      file,
      [
        'base: { role: full_node, chain_id: TESTING }',
        'full_node_networks:',
        '  - network_id: public',
        '    lissten_address: x',
        '    ping_interval_ms: soon',
        '    listen_address: /dns/a/tcp/1',
      ].join('\n'),
    );
    const { code, stderr, stdout } = await check(file);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    for (const line of [4, 5, 6]) expect(stderr).toContain(`error: ${file}:${line}: `);
    expect(stderr).toContain('3 mistakes');
    const report = JSON.parse((await check(file, '--json')).stdout) as { ok: boolean; issues: unknown[] };
    expect(report).toMatchObject({ ok: false });
    expect(report.issues).toHaveLength(3);
  });

  it('refuses a key file that others can read, and tells the cure', async () => {
    await init('--role', 'full-node');
    const key = path.join(folder, 'node-public.key');
    await chmod(key, 0o644);
    const { code, stderr } = await check(path.join(folder, 'node.yaml'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/node\.yaml:\d+: full_node_networks\[0\]\.identity: .*chmod 600 /);
  });

  it('warns about a key in the file and a node that knows nobody', async () => {
    const file = path.join(folder, 'plain.yaml');
    await writeFile(
      file,
      `base: { role: full_node, chain_id: TESTING }\nfull_node_networks:\n  - identity: { type: from_config, key: "${'01'.repeat(32)}", peer_id: "${'00'.repeat(16)}" }\n`,
    );
    const { code, stdout, stderr } = await check(file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok: /);
    expect(stderr).toContain('key_file or key_env keep it out');
    expect(stderr).toContain('dials nobody');
    expect(stderr).not.toContain('01'.repeat(32));
  });

  it('takes a key from the environment', async () => {
    const file = path.join(folder, 'env.yaml');
    await writeFile(
      file,
      'base: { role: full_node, chain_id: TESTING }\nfull_node_networks:\n  - identity: { type: from_config, key_env: NODE_KEY }\n',
    );
    expect((await run(['config', 'check', file], { NODE_KEY: '01'.repeat(32) })).code).toBe(0);
    expect((await run(['config', 'check', file])).code).toBe(2);
  });

  it.each([
    ['/nowhere/node.yaml', 'cannot be read'],
    ['', ''],
  ])('refuses the file %j', async (file, says) => {
    const { code, stderr } = await run(['config', 'check', ...(file === '' ? [] : [file])]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createNetwork, type RunningNetwork } from '@diemnet/builder';
import { generateKeyPair } from '@diemnet/noise';
import { run } from '../run.js';

let node: RunningNetwork<Record<string, never>>;
beforeEach(async () => {
  node = await createNetwork({ chainId: 'TESTING', listenAddress: '/ip4/127.0.0.1/tcp/0' });
});
afterEach(() => node.network.stop({ graceMs: 0 }));

const ON_CHAIN = ['--chain-id', 'TESTING'];

describe('diemnet check-endpoint', () => {
  it('finds a node in order', async () => {
    const { code, stdout } = await run(['check-endpoint', node.listenAddress, ...ON_CHAIN]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {2}\/ip4/);
    const json = await run(['check-endpoint', node.listenAddress, ...ON_CHAIN, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      kind: 'connected',
      peer: node.peerId,
      protocols: [5],
    });
  });

  it.each([
    ['wrong-network', ['--network', 'vfn']],
    ['wrong-chain', ['--chain-id', '9']],
  ])('explains %s, with exit code 1', async (kind, args) => {
    const { code, stdout } = await run(['check-endpoint', node.listenAddress, ...ON_CHAIN, ...args]);
    expect(code).toBe(1);
    expect(stdout).toContain(`failed: ${kind}`);
    expect(stdout).toContain('stage: negotiate, side: either');
    expect(stdout).toContain('advice: compare');
    const json = await run(['check-endpoint', node.listenAddress, ...ON_CHAIN, ...args, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, kind, stage: 'negotiate' });
  });

  it('knows a wrong key, and a port that nobody listens on', async () => {
    const { publicKey } = generateKeyPair();
    const wrong = node.listenAddress.replace(/[0-9a-f]{64}/, publicKey);
    expect((await run(['check-endpoint', wrong, ...ON_CHAIN])).stdout).toContain('failed: wrong-key');
    await node.stop();
    expect((await run(['check-endpoint', node.listenAddress, ...ON_CHAIN])).stdout).toContain(
      'failed: refused',
    );
  });

  it('sees garbage refused', async () => {
    const { code, stdout } = await run(['check-endpoint', node.listenAddress, ...ON_CHAIN, '--no-handshake']);
    expect(code).toBe(0);
    expect(stdout).toContain('garbage');
  });

  it('takes a key from a file or the environment', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'diemnet-key-'));
    const file = path.join(folder, 'key');
    await writeFile(file, '03'.repeat(32), { mode: 0o600 });
    const args = ['check-endpoint', node.listenAddress, ...ON_CHAIN];
    expect((await run([...args, '--private-key-file', file])).code).toBe(0);
    expect((await run(args, { DIEMNET_PRIVATE_KEY: '03'.repeat(32) })).code).toBe(0);
    expect((await run(args, { DIEMNET_PRIVATE_KEY: 'hello' })).code).toBe(2);
    await chmod(file, 0o644);
    const refused = await run([...args, '--private-key-file', file]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('chmod 600');
    await rm(folder, { recursive: true });
  });
});

describe('diemnet ping', () => {
  it('counts round trips', async () => {
    const { code, stdout } = await run(['ping', node.listenAddress, ...ON_CHAIN, '-c', '3', '-i', '0.01']);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(4);
    expect(stdout).toMatch(/3 sent, 3 answered, 0 % lost; min\/median\/max [\d.]+\/[\d.]+\/[\d.]+ ms\n$/);
  });

  it('prints JSON lines', async () => {
    const { stdout } = await run([
      'ping',
      node.listenAddress,
      ...ON_CHAIN,
      '-c',
      '2',
      '-i',
      '0.01',
      '--json',
    ]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ event }) => event)).toEqual(['pong', 'pong', 'statistics']);
    expect(lines[2]).toMatchObject({ sent: 2, received: 2, lossPercent: 0 });
  });

  it('says where nobody answers, with exit code 1', async () => {
    await node.stop();
    const { code, stderr } = await run(['ping', node.listenAddress, ...ON_CHAIN, '-c', '1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^diemnet: no connection to .*check-endpoint.*\n$/);
  });
});

describe.each(['check-endpoint', 'ping'])('diemnet %s with wrong input', (command) => {
  it.each([
    ['no address', []],
    ['an address that cannot be dialed', ['/ip4/1.2.3.4/tcp/1', ...ON_CHAIN]],
    ['no chain', ['ADDRESS']],
    ['a bad chain', ['ADDRESS', '--chain-id', 'MARS']],
    ['a bad network', ['ADDRESS', ...ON_CHAIN, '--network', '']],
    ['a bad time', ['ADDRESS', ...ON_CHAIN, '--timeout', '-1']],
    ['a key file that is not there', ['ADDRESS', ...ON_CHAIN, '--private-key-file', '/nowhere/key']],
    ['an unknown option', ['ADDRESS', ...ON_CHAIN, '--fast']],
  ])('refuses %s with exit code 2', async (_what, args) => {
    const { code, stderr, stdout } = await run([
      command,
      ...args.map((arg) => (arg === 'ADDRESS' ? node.listenAddress : arg)),
    ]);
    expect(code).toBe(2);
    expect(stderr).not.toBe('');
    expect(stdout).toBe('');
  });
});

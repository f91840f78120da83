import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startAdminServer, type AdminServer, type InspectorSource } from '@diemnet/inspector';
import { main } from '../src/main.js';
import { RecordingTerminal } from './recording-terminal.js';

const PEER = 'ab'.repeat(16);
const FAILURE = {
  atUnixMs: 0,
  address: '/ip4/10.0.0.1/tcp/1',
  code: 'ERR_DIAL_FAILED',
  message: 'nobody answered',
  stage: 'connect',
  reason: 'ECONNREFUSED',
  likelyCause: 'unreachable',
};

const source: InspectorSource = {
  name: 'node-1',
  snapshot: () => ({
    node: 'node-1',
    role: 'validator',
    atUnixMs: 1,
    startedUnixMs: 0,
    networks: [],
  }),
  explain: (peerId) => [
    {
      node: 'node-1',
      network: 'Validator',
      peerId,
      connected: false,
      summary: 'Not connected: nothing answers there.',
      facts: ['named by Config as Validator'],
      sources: [{ source: 'Config', role: 'Validator', keys: [], addresses: [] }],
      role: 'Validator',
      roleRule: 'highest-priority-source',
      keys: [],
      addresses: [{ address: '/ip4/10.0.0.1/tcp/1', dialable: false }],
      eligible: true,
      oursToDial: true,
      dial: {
        phase: null,
        address: null,
        dueInMs: null,
        attempts: 1,
        notDialed: 'next-tick',
        lastFailure: FAILURE,
      },
      connection: null,
      recentFailures: [],
    },
  ],
  subscribe: () => () => {},
};

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = new RecordingTerminal();
  const code = await main(args, terminal);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

describe('peers and explain', () => {
  let folder: string;
  let tokenFile: string;
  let server: AdminServer;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'diemnet-admin-'));
    tokenFile = path.join(folder, 'token');
    await writeFile(tokenFile, 'secret\n', { mode: 0o600 });
    server = await startAdminServer({ sources: [source], token: 'secret' });
  });

  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const admin = () => ['--admin', server.url, '--token-file', tokenFile];

  it('explain a peer in words and in JSON', async () => {
    const { code, stdout } = await run('explain', PEER, ...admin());
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^node-1, network Validator: Not connected: nothing answers there\.\n {2}named by Config/,
    );
    expect(stdout).toContain('/ip4/10.0.0.1/tcp/1 (cannot be dialed)');
    expect(stdout).toContain('nobody answered');
    const json = JSON.parse((await run('explain', PEER, '--json', ...admin())).stdout) as { peerId: string };
    expect(json.peerId).toBe(PEER);
  });

  it('list connections', async () => {
    expect(await run('peers', ...admin())).toEqual({ code: 0, stdout: 'no connection stands\n', stderr: '' });
    expect(JSON.parse((await run('peers', '--json', ...admin())).stdout)).toEqual({
      peers: [],
      unavailable: [],
    });
  });

  it('exit with 1 if the node cannot be asked', async () => {
    const refused = await run('peers', '--admin', server.url);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('ERR_UNAUTHORIZED')]);
    expect((await run('explain', PEER, '--admin', 'http://127.0.0.1:1')).code).toBe(1);
  });

  it('exit with 2 for wrong input', async () => {
    expect((await run('explain', 'nobody', ...admin())).code).toBe(2);
    expect((await run('peers', '--admin', 'https://127.0.0.1:1')).code).toBe(2);
    expect((await run('peers', '--token-file', path.join(folder, 'none'))).code).toBe(2);
  });

  it('refuse a token that everybody can read, with the cure', async () => {
    const open = path.join(folder, 'open');
    await writeFile(open, 'secret');
    await chmod(open, 0o644);
    const { code, stderr } = await run('peers', '--admin', server.url, '--token-file', open);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`chmod 600 ${open}`)]);
  });

  it('refuse an address to serve at that is none', async () => {
    for (const wrong of ['9101', 'localhost', '127.0.0.1:99999']) {
      expect((await run('node', '-f', 'x', '--admin', wrong)).code).toBe(2);
      expect((await run('testnet', '--admin', wrong)).code).toBe(2);
    }
  });
});

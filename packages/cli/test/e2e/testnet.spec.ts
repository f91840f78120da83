import { existsSync, readFileSync } from 'node:fs';
import { DIEMNET, ProcessUnderTest, temporaryFolder } from './node-under-test';
import { generateKeyPair } from '@diemnet/noise';
import { networkLabel, systemTime, VALIDATOR_NETWORK } from '@diemnet/types';
import { freePort } from '../../src/testnet/free-port';
import type { TestnetReport } from '../../src/testnet/report';
import { requestReconfiguration } from '../../src/testnet/control';
import { serveControl } from '../../src/testnet/control';
import { Testnet } from '../../src/testnet/testnet';

jest.setTimeout(120_000);

const SETTLE_MS = 40_000;

function alive(pid: number | undefined): boolean {
  try {
    process.kill(pid as number, 0);
    return true;
  } catch {
    return false;
  }
}

/** The smallest testnet, standing. */
async function twoValidators(): Promise<ProcessUnderTest> {
  const child = new ProcessUnderTest([
    'testnet',
    '--validators',
    '2',
    '--vfns',
    '0',
    '--pfns',
    '0',
    '--json',
  ]);
  await child.untilStderr('connections are expected');
  return child;
}

describe('diemnet testnet, as processes over TCP', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  afterEach(() => folder.remove());

  it('stands with every connection and answers every RPC, and says so as JSON', async () => {
    const child = new ProcessUnderTest([
      ...['testnet', '--validators', '3', '--vfns', '1', '--pfns', '1'],
      ...['--for', '8', '--json', '--dir', folder.path],
    ]);
    const { code } = await child.exited;
    const report = JSON.parse(child.stdout.trim().split('\n').at(-1) as string) as TestnetReport;
    expect(report.problems).toEqual([]);
    expect(report.ok).toBe(true);
    expect(code).toBe(0);
    expect(report.nodes.map((node) => node.role).sort()).toEqual([
      'pfn',
      'validator',
      'validator',
      'validator',
      'vfn',
    ]);
    expect(report.connections).toHaveLength(5);
    for (const connection of report.connections) {
      expect(connection.state).toBe('connected');
      expect(connection.directSendsReceived).toBeGreaterThan(0);
      expect(connection.rpcsAnswered).toBeGreaterThan(0);
      expect(connection.medianRoundTripMs).toBeGreaterThan(0);
    }
    expect(existsSync(`${folder.path}/validator-0/node.yaml`)).toBe(true);
  });

  it('reports on running nodes and stops them when Ctrl-C reaches the whole process group', async () => {
    const child = await twoValidators();
    await child.interruptGroup();
    const report = JSON.parse(child.stdout.trim().split('\n').at(-1) as string) as TestnetReport;
    expect(report.nodes.map((node) => node.running)).toEqual([true, true]);
  });
});

(existsSync('/proc/self/task') ? describe : describe.skip)('a testnet that is killed', () => {
  it('leaves no process behind', async () => {
    const child = await twoValidators();
    const pid = child.child.pid as number;
    const nodes = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    expect(nodes.length).toBeGreaterThanOrEqual(2);
    await child.stop('SIGKILL');
    while (nodes.some(alive)) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('a testnet whose nodes fail', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let testnet: Testnet;
  const notices: string[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    testnet = new Testnet({
      directory: folder.path,
      counts: { validators: 3, vfns: 0, pfns: 0 },
      command: [process.execPath, DIEMNET],
      time: systemTime,
      sources: { generateKeyPair: () => generateKeyPair(), freePort },
      onNotice: (line) => notices.push(line),
    });
    await testnet.start();
    await testnet.settled(SETTLE_MS);
  });

  afterAll(async () => {
    const pids = testnet.nodes.map((node) => testnet.process(node.name)?.pid);
    await testnet.stop();
    await folder.remove();
    for (const pid of pids) expect(alive(pid)).toBe(false);
  });

  it('notices a validator killed with SIGKILL, which rejoins after a restart', async () => {
    const network = networkLabel(VALIDATOR_NETWORK);
    const [one, victim, other] = testnet.nodes.map((node) => node.name) as [string, string, string];
    testnet.process(victim)?.kill('SIGKILL');
    await testnet.process(victim)?.exited;
    while ([one, other].some((name) => testnet.table.end(name, victim, network)?.connected)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(testnet.table.end(one, other, network)?.connected).toBe(true);
    await testnet.startNode(victim);
    await testnet.settled(SETTLE_MS);
    expect(notices.some((line) => line.startsWith(`${victim} ended (SIGKILL)`))).toBe(true);
  });

  it('follows a rotated key, a removed and an added validator', async () => {
    const control = await serveControl(testnet);
    try {
      expect(await requestReconfiguration(folder.path, 'rotate', 'validator-0')).toBe(
        'rotated the key of validator-0',
      );
      await testnet.settled(SETTLE_MS);
      expect(await requestReconfiguration(folder.path, 'remove', 'validator-2')).toBe('removed validator-2');
      await testnet.settled(SETTLE_MS);
      expect(await requestReconfiguration(folder.path, 'add', undefined)).toBe('added validator-3');
      await testnet.settled(SETTLE_MS);
      await expect(requestReconfiguration(folder.path, 'remove', 'validator-9')).rejects.toThrow(
        'there is no node',
      );
      const report = await testnet.report();
      expect(report.unexpected).toEqual([]);
      expect(report.nodes.map((node) => node.name)).toEqual(['validator-0', 'validator-1', 'validator-3']);
    } finally {
      await control.close();
    }
  });
});

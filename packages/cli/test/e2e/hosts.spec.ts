import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateKeyPair } from '@diemnet/noise';
import { peerIdFromPublicKey, type X25519KeyPair } from '@diemnet/types';
import { ProcessUnderTest, temporaryFolder, type JsonLine } from './node-under-test';

jest.setTimeout(90_000);

/** Unique to this process: another run on the same machine has its own. */
const TAG = `dn${process.pid % 100_000}`;
const HOSTS = [
  { name: `${TAG}a`, ip: '10.77.0.1', pair: generateKeyPair() },
  { name: `${TAG}b`, ip: '10.77.0.2', pair: generateKeyPair() },
] as const;
/** Trusted by both, so that its pings do not take the place of a node's connection. */
const PINGER = generateKeyPair();
/** One way. */
const DELAY_MS = 40;
const RELAY_PORT = 6181;
const LINKS = [`${TAG}v0`, `${TAG}v1`] as const;

function ip(...args: string[]): { readonly ok: boolean; readonly text: string } {
  const { status, stdout, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  return { ok: status === 0, text: `${stdout ?? ''}${stderr ?? ''}`.trim() };
}

/** Two network namespaces with a cable between them; why not, if the machine does not allow it. */
function layCable(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
  for (const { name } of HOSTS) {
    const { ok, text } = ip('netns', 'add', name);
    if (!ok) return `network namespaces cannot be made here: ${text || 'no program "ip"'}`;
  }
  const made = ip('link', 'add', LINKS[0], 'type', 'veth', 'peer', 'name', LINKS[1]);
  if (!made.ok) return `virtual cables cannot be made here: ${made.text}`;
  for (const [i, { name, ip: address }] of HOSTS.entries()) {
    const link = LINKS[i] as string;
    ip('link', 'set', link, 'netns', name);
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', link);
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'link', 'set', link, 'up');
  }
  return undefined;
}

function removeCable(): void {
  for (const { name } of HOSTS) ip('netns', 'del', name);
  ip('link', 'del', LINKS[0]);
}

/** Makes the link slow in both directions; why not, if the kernel cannot. */
function slowDown(ms: number): string | undefined {
  for (const [i, { name }] of HOSTS.entries()) {
    const args = ['netns', 'exec', name, 'tc', 'qdisc', 'add', 'dev', LINKS[i] as string, 'root', 'netem'];
    const { ok, text } = ip(...args, 'delay', `${ms}ms`);
    if (!ok) return `tc netem does not work here: ${text}`;
  }
  return undefined;
}

/** Starts `delay-relay.mjs` before a node. */
async function startRelay(prefix: readonly string[], host: string): Promise<ChildProcess> {
  const [program = '', ...args] = [...prefix, process.execPath, path.resolve(__dirname, 'delay-relay.mjs')];
  const relay = spawn(program, [...args, host, String(RELAY_PORT), '6180', String(DELAY_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(relay.stdout, 'data');
  return relay;
}

const reason = layCable();
if (reason !== undefined) {
  removeCable();
  console.warn(`tests between hosts are skipped: ${reason}`);
}

(reason === undefined ? describe : describe.skip)('two hosts with a cable between them', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const nodes: ProcessUnderTest[] = [];

  const addressOf = ({ ip: host, pair }: (typeof HOSTS)[number]) =>
    `/ip4/${host}/tcp/6180/ln-noise-ik/${pair.publicKey}/ln-handshake/0`;
  const idOf = (pair: X25519KeyPair) => peerIdFromPublicKey(pair.publicKey);
  const node = (i: number) => nodes[i] as ProcessUnderTest;
  const inHost = (i: number) => ['ip', 'netns', 'exec', (HOSTS[i] as (typeof HOSTS)[number]).name];

  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'pinger.key'), PINGER.privateKey.exposeHex(), { mode: 0o600 });
    for (const [i, host] of HOSTS.entries()) {
      const other = HOSTS[1 - i] as (typeof HOSTS)[number];
      const key = path.join(folder.path, `${host.name}.key`);
      const config = path.join(folder.path, `${host.name}.yaml`);
      await writeFile(key, host.pair.privateKey.exposeHex(), { mode: 0o600 });
      await writeFile(
        config,
        `base: { role: validator, chain_id: TESTING }
validator_network:
  listen_address: /ip4/${host.ip}/tcp/6180
  identity: { type: from_config, key_file: ${key} }
  mutual_authentication: true
  ping_interval_ms: 200
  ping_timeout_ms: 500
  ping_failures_tolerated: 2
  connectivity_check_interval_ms: 500
  max_connection_delay_ms: 1000
  seeds:
    "${idOf(other.pair)}":
      addresses: [${addressOf(other)}]
      keys: ["${other.pair.publicKey}"]
      role: Validator
    "${idOf(PINGER)}": { keys: ["${PINGER.publicKey}"], role: Known }
`,
      );
      nodes.push(new ProcessUnderTest(['node', '-f', config, '--json'], inHost(i)));
    }
  });

  afterAll(async () => {
    await Promise.all(nodes.map((each) => each.stop()));
    removeCable();
    await folder.remove();
  });

  const event = (type: string, i: number) => (line: JsonLine) =>
    line.event === type && line['peer'] === idOf((HOSTS[1 - i] as (typeof HOSTS)[number]).pair);

  // Whatever came before left them connected, or will.
  beforeEach(async () => {
    for (const i of [0, 1]) await node(i).line(event('new-peer', i));
  });

  it('find each other, under the addresses of their hosts', async () => {
    for (const i of [0, 1]) {
      const { address } = await node(i).line(event('new-peer', i));
      expect(address).toContain(`/ip4/${HOSTS[1 - i]?.ip}/tcp/`);
    }
  });

  it('measure the round trips of a slow link', async () => {
    const netem = slowDown(DELAY_MS);
    let relay: ChildProcess | undefined;
    let address = addressOf(HOSTS[1]);
    if (netem !== undefined) {
      console.warn(`${netem}; a relay on the other host delays what it passes on instead`);
      relay = await startRelay(inHost(1), HOSTS[1].ip);
      address = address.replace('/tcp/6180/', `/tcp/${RELAY_PORT}/`);
    }
    try {
      const ping = new ProcessUnderTest(
        [
          ...['ping', address, '--network', 'validator', '--chain-id', 'TESTING'],
          ...['--private-key-file', path.join(folder.path, 'pinger.key')],
          ...['-c', '3', '-i', '0.05', '--json'],
        ],
        inHost(0),
      );
      const statistics = await ping.line((line) => line.event === 'statistics');
      expect(statistics['received']).toBe(3);
      // A timer may be early by a part of a millisecond.
      expect(statistics['minMs']).toBeGreaterThanOrEqual(2 * DELAY_MS - 2);
      expect((await ping.exited).code).toBe(0);
    } finally {
      relay?.kill();
    }
  });

  it('notice a pulled cable, and connect again once it is back', async () => {
    for (const each of nodes) each.lines.length = 0;
    ip('-n', HOSTS[0].name, 'link', 'set', LINKS[0], 'down');
    for (const i of [0, 1]) await node(i).line(event('lost-peer', i));
    for (const each of nodes) each.lines.length = 0;
    ip('-n', HOSTS[0].name, 'link', 'set', LINKS[0], 'up');
    for (const i of [0, 1]) await node(i).line(event('new-peer', i));
  });

  it('explain an address of a host that is not there', async () => {
    const nowhere = addressOf(HOSTS[1]).replace('10.77.0.2', '10.99.0.2');
    const check = new ProcessUnderTest(
      ['check-endpoint', nowhere, '--network', 'validator', '--chain-id', 'TESTING', '--json'],
      inHost(0),
    );
    expect((await check.exited).code).toBe(1);
    expect(JSON.parse(check.stdout)).toMatchObject({
      kind: 'unreachable',
      stage: 'connect',
      side: 'between',
    });
  });
});

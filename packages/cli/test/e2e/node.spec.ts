import net from 'node:net';
import { ProcessUnderTest, temporaryFolder, writeConfig } from './node-under-test';

jest.setTimeout(60_000);

const GOOD = `base: { role: full_node, chain_id: TESTING }
full_node_networks:
  - network_id: public
    listen_address: /ip4/127.0.0.1/tcp/0
`;

describe('diemnet node with wrong input', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
  });

  afterAll(() => folder.remove());

  const run = async (yaml: string) => {
    const file = await writeConfig(folder.path, `${Math.abs(hash(yaml))}.yaml`, yaml);
    const child = new ProcessUnderTest(['node', '-f', file]);
    const { code } = await child.exited;
    return { code, stderr: child.stderr };
  };

  it.each([
    ['an unknown field', GOOD + '    lissten: 1\n', /lissten/],
    ['bad YAML', 'base: [', /node|yaml|\.yaml/i],
    ['a bad key', GOOD + '    identity: { type: from_config, key: "12", peer_id: "00" }\n', /identity/],
    ['a bad address', GOOD.replace('/ip4/127.0.0.1/tcp/0', '/ip4/1.1.1/tcp/0'), /listen_address/],
    ['no networks', 'base: { role: full_node, chain_id: TESTING }\n', /network/],
    ['no chain', GOOD.replace(', chain_id: TESTING', ''), /chain_id/],
  ])('refuses %s with one line that says where, and exit code 2', async (_, yaml, says) => {
    const { code, stderr } = await run(yaml);
    expect(stderr).toMatch(/^diemnet: [^\n]+\n$/);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });

  it('refuses a missing file', async () => {
    const child = new ProcessUnderTest(['node', '-f', '/nowhere/node.yaml']);
    expect((await child.exited).code).toBe(2);
    expect(child.stderr).toMatch(/^diemnet: [^\n]*\/nowhere\/node\.yaml[^\n]*\n$/);
  });

  it('ends with exit code 1 or 2 and one line when the port is in use', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const { code, stderr } = await run(GOOD.replace('tcp/0', `tcp/${port}`));
    server.close();
    expect(stderr).toMatch(/^diemnet: [^\n]+\n$/);
    expect(stderr).toContain(String(port));
    expect([1, 2]).toContain(code);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops gracefully on %s', async (signal) => {
    const file = await writeConfig(folder.path, `${signal}.yaml`, GOOD);
    const child = new ProcessUnderTest(['node', '-f', file, '--json']);
    await child.line((line) => line.event === 'listening');
    expect(await child.stop(signal)).toEqual({ code: 0, signal: null });
  });
});

function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (value * 31 + character.charCodeAt(0)) | 0;
  return value;
}

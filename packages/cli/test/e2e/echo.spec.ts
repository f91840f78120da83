import { readFileSync } from 'node:fs';
import path from 'node:path';
import { IndependentClient, type ClientOptions } from './independent-client';
import { ProcessUnderTest, temporaryFolder, writeConfig } from './node-under-test';

jest.setTimeout(60_000);

const PUBLIC_NETWORK = Buffer.from([1]);
const TESTING = 4;
const SERVER_SECRET = 'a1'.repeat(32);
const vectors = JSON.parse(
  readFileSync(path.join(__dirname, '../fixtures/vectors/network_message.json'), 'utf8'),
) as { invalid: { name: string; bcs_hex: string; reply_bcs_hex: string }[] };

describe('diemnet node --echo, against an implementation of its own', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let node: ProcessUnderTest;
  let server: ClientOptions;
  const clients: IndependentClient[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    const config = await writeConfig(
      folder.path,
      'node.yaml',
      `base: { role: full_node, chain_id: TESTING }
full_node_networks:
  - network_id: public
    listen_address: /ip4/127.0.0.1/tcp/0
    identity: { type: from_config, key: "${SERVER_SECRET}", peer_id: "${'0'.repeat(32)}" }
`,
    );
    node = new ProcessUnderTest(['node', '-f', config, '--echo', '--json']);
    const { address, network } = await node.line((line) => line.event === 'listening');
    expect(network).toBe('Public');
    const [, port, serverKey] =
      /\/tcp\/(\d+)\/ln-noise-ik\/([0-9a-f]{64})\/ln-handshake\/0$/.exec(String(address)) ?? [];
    server = { port: Number(port), serverKey: String(serverKey) };
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(async () => {
    const { code } = await node.stop();
    await folder.remove();
    expect(code).toBe(0);
  });

  const keep = (client: IndependentClient) => (clients.push(client), client);
  const connect = async (options: { chainId?: number; network?: Buffer; protocols?: number } = {}) =>
    keep(
      await IndependentClient.connect({ ...server, chainId: TESTING, network: PUBLIC_NETWORK, ...options }),
    );

  it.each([0, 1, 2, 3, 4])(
    'answers an RPC on protocol %d with its payload, id and priority',
    async (protocol) => {
      const client = await connect();
      client.sendMessage(`010${protocol}2a000000070568656c6c6f`);
      expect(await client.readMessage()).toBe('022a000000070568656c6c6f');
    },
  );

  it.each([0, 1, 2, 3, 4])('sends a DirectSend on protocol %d back', async (protocol) => {
    const client = await connect();
    client.sendMessage(`030${protocol}00ff`.replace(/ff$/, '03ffee00'));
    expect(await client.readMessage()).toBe(`030${protocol}0003ffee00`);
  });

  it('echoes to a peer that advertises no protocol at all', async () => {
    const client = await connect({ protocols: 0 });
    client.sendMessage('0302000b68656c6c6f20776f726c64');
    expect(await client.readMessage()).toBe('0302000b68656c6c6f20776f726c64');
  });

  it('answers a health check', async () => {
    const client = await connect();
    client.sendMessage('010500000000000500' + '04030201');
    expect(await client.readMessage()).toBe('02000000000005' + '0104030201');
  });

  it('echoes a message of several Noise frames', async () => {
    const client = await connect();
    const payload = Buffer.alloc(200_000, 7);
    client.sendMessage(`01000000000000c09a0c${payload.toString('hex')}`);
    expect(await client.readMessage()).toBe(`020000000000c09a0c${payload.toString('hex')}`);
  });

  it('reads a message cut into single bytes, and several in one frame', async () => {
    const client = await connect();
    for (const byte of Buffer.from('0000000503010001aa', 'hex')) client.send(Buffer.from([byte]));
    expect(await client.readMessage()).toBe('03010001aa');
    client.send(Buffer.from('0000000503010001bb0000000503020001cc', 'hex'));
    expect(await client.readMessage()).toBe('03010001bb');
    expect(await client.readMessage()).toBe('03020001cc');
  });

  it('answers every malformed message with its error and lives on', async () => {
    const client = await connect();
    for (const { bcs_hex, reply_bcs_hex } of vectors.invalid) {
      client.sendMessage(bcs_hex);
      expect(await client.readMessage()).toBe(reply_bcs_hex);
    }
    client.sendMessage('0301000101');
    expect(await client.readMessage()).toBe('0301000101');
  });

  it('closes without a word when a frame is announced above the limit', async () => {
    const client = await connect();
    client.send(Buffer.from('00800001', 'hex'));
    await expect(client.readMessage()).rejects.toThrow('the node closed');
  });

  it.each([
    ['another chain', { chainId: 5 }],
    ['another network', { network: Buffer.from([0]) }],
  ])('closes after the version handshake with %s', async (_, options) => {
    const client = await connect(options);
    await expect(client.readMessage()).rejects.toThrow('the node closed');
  });

  it.each([
    ['zeros', '00'.repeat(152)],
    ['text', Buffer.from('GET / HTTP/1.1\r\n\r\n'.repeat(9)).toString('hex')],
    ['ones', 'ff'.repeat(152)],
  ])('sends nothing at all in answer to %s', async (_, hex) => {
    const client = keep(await IndependentClient.tcp(server.port));
    client.socket.write(Buffer.from(hex, 'hex'));
    expect(await client.readRawToEnd()).toHaveLength(0);
  });

  it('refuses a dialer that expects another key, and one whose PeerId is not its own', async () => {
    await expect(IndependentClient.noise({ ...server, serverKey: '99'.repeat(32) })).rejects.toThrow(
      'the node closed',
    );
    await expect(IndependentClient.noise({ ...server, peerId: '77'.repeat(16) })).rejects.toThrow(
      'the node closed',
    );
  });

  it('drops a session whose frame has length zero, is too short, or is not authentic', async () => {
    for (const hex of ['0000', '000f' + '00'.repeat(15), '0020' + '00'.repeat(32)]) {
      const client = await connect();
      client.socket.write(Buffer.from(hex, 'hex'));
      await expect(client.readMessage()).rejects.toThrow('the node closed');
    }
  });

  it('ignores an empty Noise frame', async () => {
    const client = await connect();
    client.send(Buffer.alloc(0));
    client.sendMessage('0301000102');
    expect(await client.readMessage()).toBe('0301000102');
  });

  it('tells about peers and messages, one JSON object per line', async () => {
    const secret = Buffer.alloc(32, 9);
    const client = keep(
      await IndependentClient.connect({ ...server, secret, chainId: TESTING, network: PUBLIC_NETWORK }),
    );
    client.sendMessage('030200021122');
    await client.readMessage();
    client.sendMessage('010000000000000133');
    await client.readMessage();
    const arrival = await node.line((line) => line.event === 'message' && line['length'] === 2);
    const peer = arrival['peer'];
    expect(arrival).toMatchObject({ network: 'Public', protocol: 2 });
    expect(await node.line((line) => line.event === 'new-peer' && line['peer'] === peer)).toBeDefined();
    expect(await node.line((line) => line.event === 'rpc' && line['peer'] === peer)).toMatchObject({
      protocol: 0,
      length: 1,
    });
    client.close();
    expect(await node.line((line) => line.event === 'lost-peer' && line['peer'] === peer)).toMatchObject({
      reason: 'ConnectionLost',
    });
  });
});

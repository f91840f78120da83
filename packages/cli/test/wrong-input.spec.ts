import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { run } from './run.js';

const ADDRESS = `/ip4/127.0.0.1/tcp/1/ln-noise-ik/${'ab'.repeat(32)}/ln-handshake/0`;
const WHERE = ['--network', 'validator', '--chain-id', 'TESTING'];
const CONFIG = `base: { role: full_node, chain_id: TESTING }
full_node_networks:
  - network_id: public
    listen_address: /ip4/127.0.0.1/tcp/0
    identity: { type: from_config, key_file: KEY }
`;

describe('wrong input', () => {
  let folder: string;
  let taken: net.Server;
  const at = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'diemnet-wrong-'));
    await writeFile(at('bad.yaml'), 'base: [');
    await writeFile(at('binary'), Uint8Array.of(0x9b, 0x33, 0x31, 0x6d, 0xc2, 0x9b, 0, 7, 0xff));
    await writeFile(at('object.json'), '{"a":1}');
    await writeFile(at('open.key'), 'ab'.repeat(32));
    await chmod(at('open.key'), 0o644);
    await writeFile(at('short.key'), 'ab', { mode: 0o600 });
    for (const key of ['open', 'short', 'none']) {
      await writeFile(at(`${key}.yaml`), CONFIG.replace('KEY', at(`${key}.key`)));
    }
    taken = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    await writeFile(at('recording'), '{"format":"diemnet-recording","version":1,"startedUnixMs":0}\n');
  });

  afterAll(async () => {
    taken.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each<[args: readonly string[], code: number, says: RegExp]>([
    [['bogus'], 2, /unknown command 'bogus'/],
    [['node'], 2, /-f, --file/],
    [['node', '-f', '@none'], 2, /none: the file cannot be read \(ENOENT\)$/],
    [['node', '-f', '@bad.yaml'], 2, /bad\.yaml:\d+: not valid YAML/],
    [['node', '-f', '@binary'], 2, /binary/],
    [['node', '-f', '@'], 2, /cannot be read/],
    [['node', '-f', '@open.yaml'], 2, /mode 0644.*chmod 600/],
    [['node', '-f', '@short.yaml'], 2, /64 hexadecimal digits/],
    [['node', '-f', '@none.yaml'], 2, /none\.key cannot be read \(ENOENT\)$/],
    [['node', '-f', 'x', '--bogus'], 2, /unknown option '--bogus'/],
    [['node', '-f', 'x', '--log', 'loud'], 2, /Allowed choices/],
    [['node', '-f', 'x', 'more'], 2, /too many arguments/],
    [['testnet', '--validator', '3'], 2, /unknown option '--validator'; \(Did you mean/],
    [['testnet', '--dir', '@bad.yaml', '--no-admin'], 2, /cannot be used as a folder/],
    [['reconfigure', 'add', '--dir', '@none'], 1, /no testnet runs in/],
    [['reconfigure', 'explode', '--dir', '@'], 2, /Allowed choices are rotate, remove, add/],
    [['config', 'init', '--role', 'king', '--chain-id', 'TESTING'], 2, /Allowed choices/],
    [['config', 'init', '--role', 'validator', '--chain-id', 'NOPE'], 2, /a chain such as TESTING/],
    [
      ['config', 'init', '--role', 'validator', '--chain-id', '4', '--out', '@bad.yaml'],
      2,
      /not overwritten/,
    ],
    [
      ['config', 'init', '--role', 'validator', '--chain-id', '4', '--out', '@binary/x'],
      2,
      /cannot be written/,
    ],
    [['check-endpoint', 'foo', ...WHERE], 2, /expected a network address/],
    [['check-endpoint', '/ip4/1.2.3.4/tcp/1', ...WHERE], 2, /that can be dialed/],
    [['check-endpoint', ADDRESS, ...WHERE, '--private-key-file', '@open.key'], 2, /chmod 600/],
    [['check-endpoint', ADDRESS, ...WHERE, '--private-key-file', '@none'], 2, /\(ENOENT\)$/],
    [['ping', ADDRESS, ...WHERE, '-c', '0'], 2, /whole number from 1/],
    [['ping', ADDRESS, ...WHERE, '-c', '1'], 1, /no connection to .*"diemnet check-endpoint" finds out why/],
    [['peers', '--admin', 'ftp://x'], 2, /not an http URL/],
    [['peers', '--token-file', '@none'], 2, /the token cannot be read/],
    [['peers', '--admin', 'http://127.0.0.1:1'], 1, /does not answer/],
    [['explain', 'xyz'], 2, /32 hexadecimal digits/],
    [['inspect', '@none'], 2, /cannot be read \(ENOENT\)$/],
    [['inspect', '@binary'], 2, /line 1: not a JSON object/],
    [['inspect', '@recording', '--listen', 'TAKEN'], 1, /cannot listen on 127\.0\.0\.1:\d+/],
    [['keys', 'bogus'], 2, /unknown command 'bogus'/],
    [['address', ''], 2, /not a network address/],
    [['validator-set', 'decode', '@none'], 2, /cannot be read \(ENOENT\)$/],
    [['validator-set', 'decode', '@binary'], 2, /does not decode/],
    [['validator-set', 'encode', '@object.json'], 2, /expected a list "validators"/],
    [['completion', 'tcsh'], 2, /Allowed choices are bash, zsh, fish/],
  ])('of %j ends with code %i and one line', async (args, code, says) => {
    const { port } = taken.address() as net.AddressInfo;
    const resolved = args.map((arg) =>
      arg === 'TAKEN' ? `127.0.0.1:${port}` : arg.replace(/^@/, `${folder}/`),
    );
    const result = await run(resolved);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toMatch(/^diemnet: [^\n]+\n$/);
    expect(result.stderr.trim().replace(/; --help says what is possible$/, '')).toMatch(says);
    // A terminal would obey them.
    expect(result.stderr.trim()).not.toMatch(/\p{Cc}/u);
  });
});

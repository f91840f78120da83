import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateKeyPair } from '@diemnet/noise';
import { run } from '../run.js';
import { ProcessUnderTest, temporaryFolder, writeConfig, type JsonLine } from './node-under-test';

jest.setTimeout(60_000);

describe('diemnet node with a key file', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let keyFile: string;
  let config: string;
  const [first, second] = [generateKeyPair(), generateKeyPair()];

  beforeAll(async () => {
    folder = await temporaryFolder();
    keyFile = path.join(folder.path, 'node.key');
    config = await writeConfig(
      folder.path,
      'node.yaml',
      `base: { role: full_node, chain_id: TESTING }
full_node_networks:
  - listen_address: /ip4/127.0.0.1/tcp/0
    identity: { type: from_config, key_file: ${keyFile} }
`,
    );
  });
  beforeEach(async () => {
    // A file that exists would keep its mode.
    await rm(keyFile, { force: true });
    await writeFile(keyFile, first.privateKey.exposeHex(), { mode: 0o600 });
  });
  afterAll(() => folder.remove());

  const listening = (line: JsonLine) => line.event === 'listening';
  const rotated = (line: JsonLine) => line.event === 'key-rotated';
  const check = async (address: unknown) =>
    (await run(['check-endpoint', String(address), '--chain-id', 'TESTING'])).code;

  /** Whole or not at all, as tools that care replace files. */
  async function replaceKey(text: string): Promise<void> {
    await writeFile(`${keyFile}.new`, text, { mode: 0o600 });
    await rename(`${keyFile}.new`, keyFile);
  }

  it.each(['on SIGHUP', 'by itself'])('takes a changed key %s and answers under both', async (how) => {
    const child = new ProcessUnderTest(['node', '-f', config, '--json', '--key-overlap', '30']);
    const before = (await child.line(listening))['address'];
    await child.line((line) => line.event === 'ready');
    await replaceKey(second.privateKey.exposeHex());
    if (how === 'on SIGHUP') child.child.kill('SIGHUP');
    const after = (await child.line(rotated))['address'];
    expect(after).toBe(String(before).replace(first.publicKey, second.publicKey));
    expect([await check(before), await check(after)]).toEqual([0, 0]);
    expect(await child.stop()).toEqual({ code: 0, signal: null });
  });

  it('drops the old key after the overlap', async () => {
    const child = new ProcessUnderTest([
      'node',
      '-f',
      config,
      '--json',
      '--key-overlap',
      '0.05',
      '--log',
      'info',
    ]);
    const before = (await child.line(listening))['address'];
    await child.line((line) => line.event === 'ready');
    await replaceKey(second.privateKey.exposeHex());
    child.child.kill('SIGHUP');
    await child.line(rotated);
    await child.untilStderr('old identity key dropped');
    expect(await check(before)).toBe(1);
    await child.stop();
  });

  it('keeps its key, and says so once, while the file cannot be used', async () => {
    const child = new ProcessUnderTest(['node', '-f', config, '--json']);
    const { address } = await child.line(listening);
    await child.line((line) => line.event === 'ready');
    await replaceKey('rubbish');
    child.child.kill('SIGHUP');
    await child.untilStderr('not reloaded');
    expect(child.stderr).not.toContain('rubbish');
    expect(await check(address)).toBe(0);
    expect(await child.stop()).toEqual({ code: 0, signal: null });
  });

  it('does not start with a key file that others can read', async () => {
    await chmod(keyFile, 0o644);
    const child = new ProcessUnderTest(['node', '-f', config]);
    expect((await child.exited).code).toBe(2);
    expect(child.stderr).toMatch(/^diemnet: [^\n]*chmod 600[^\n]*\n$/);
  });
});

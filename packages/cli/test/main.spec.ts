import { main } from '../src/main.js';
import { RecordingTerminal } from './recording-terminal.js';

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = new RecordingTerminal();
  const code = await main(args, terminal);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

describe('diemnet', () => {
  it('explains itself with --help and exits with 0', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const command of ['node', 'testnet', 'reconfigure', 'keys', 'address'])
      expect(stdout).toContain(command);
  });

  it.each([
    ['node'],
    ['testnet'],
    ['reconfigure'],
    ['keys'],
    ['keys generate'],
    ['address'],
    ['config'],
    ['config init'],
    ['config check'],
    ['check-endpoint'],
    ['ping'],
    ['validator-set'],
    ['validator-set decode'],
    ['validator-set encode'],
    ['validator-set encrypt'],
    ['validator-set decrypt'],
    ['completion'],
  ])('has help for %s', async (command) => {
    const { code, stdout } = await run(...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: diemnet ${command}`);
  });

  it('refuses an unknown command with exit code 2', async () => {
    const { code, stderr } = await run('fly');
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'fly'");
  });

  it('refuses an unknown option of a command with exit code 2', async () => {
    const { code, stderr } = await run('testnet', '--validator', '3');
    expect(code).toBe(2);
    expect(stderr).toContain('--validator');
  });

  it.each([
    ['0', '--validators'],
    ['many', '--validators'],
    ['-1', '--vfns'],
    ['0', '--for'],
  ])('refuses %s for %s', async (value, flag) => {
    const { code, stderr } = await run('testnet', `${flag}=${value}`);
    expect(code).toBe(2);
    expect(stderr).toContain('expected a');
  });

  it('refuses public full nodes that have nobody to connect to', async () => {
    const { code, stderr } = await run('testnet', '--vfns', '0', '--pfns', '1');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^diemnet: .*--vfns.*\n$/);
  });
});

describe('diemnet keys generate', () => {
  it('prints a key pair whose PeerId is the end of the public key', async () => {
    const { code, stdout } = await run('keys', 'generate', '--json');
    const { privateKey, publicKey, peerId } = JSON.parse(stdout) as Record<string, string>;
    expect(code).toBe(0);
    expect(privateKey).toMatch(/^[0-9a-f]{64}$/);
    expect(publicKey?.slice(32)).toBe(peerId);
  });

  it('never prints the same key twice', async () => {
    const [first, second] = await Promise.all([run('keys', 'generate'), run('keys', 'generate')]);
    expect(first.stdout).toContain('private key: ');
    expect(first.stdout).not.toBe(second.stdout);
  });
});

describe('diemnet address', () => {
  it('shows both forms of a text address', async () => {
    const { code, stdout } = await run('address', '/ip4/10.0.0.16/tcp/80', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      text: '/ip4/10.0.0.16/tcp/80',
      bcs: '0902000a000010055000',
      dialable: false,
      derivedPeerId: null,
      protocols: [
        { type: 'ip4', value: '10.0.0.16' },
        { type: 'tcp', value: 80 },
      ],
    });
  });

  it('reads the bytes of an address and names the PeerId of its key', async () => {
    const text =
      '/ip4/10.0.0.61/tcp/6080/ln-noise-ik/080e287879c918794170e258bfaddd75acac5b3e350419044655e4983a487120/ln-handshake/0';
    const { stdout } = await run('address', text, '--json');
    const again = await run('address', (JSON.parse(stdout) as { bcs: string }).bcs);
    expect(again.stdout).toContain(`text: ${text}`);
    expect(again.stdout).toContain('acac5b3e350419044655e4983a487120');
    expect(again.stdout).toContain('a complete DiemNet address');
  });

  it.each(['/tcp', 'zz', '0902', '/ip4/1.1.1/tcp/1'])(
    'refuses %s with one line and exit code 2',
    async (text) => {
      const { code, stderr } = await run('address', text);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^diemnet: not a network address: .*\n$/);
    },
  );
});

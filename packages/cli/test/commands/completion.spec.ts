import { spawnSync } from 'node:child_process';
import { run } from '../run.js';

describe('diemnet completion', () => {
  it.each(['bash', 'zsh', 'fish'])('knows all commands and options for %s', async (shell) => {
    const { code, stdout } = await run(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['check-endpoint', 'validator-set', 'init', 'private-key-file']) {
      expect(stdout).toContain(word);
    }
  });

  it('completes in bash', async () => {
    const { stdout } = await run(['completion', 'bash']);
    const complete = (...words: string[]) => {
      const script = `${stdout}\nCOMP_WORDS=(${words.join(' ')} ""); COMP_CWORD=${words.length}; _diemnet; echo "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split(' ');
    };
    expect(complete('diemnet')).toContain('ping');
    expect(complete('diemnet', 'config')).toEqual(expect.arrayContaining(['init', 'check']));
    expect(complete('diemnet', 'config', 'init')).toContain('--role');
  });

  it('refuses an unknown shell', async () => {
    expect(await run(['completion', 'tcsh'])).toMatchObject({ code: 2 });
  });
});

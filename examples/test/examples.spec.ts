import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** The example, and what it must print. */
const EXAMPLES: readonly (readonly [name: string, output: readonly string[]])[] = [
  ['two-nodes', ['alice received: hello', 'bob received: good morning to you too']],
];

jest.setTimeout(60_000);

describe('examples', () => {
  it.each(EXAMPLES)('%s runs and prints what it promises', (name, output) => {
    const run = spawnSync(process.execPath, ['tools/examples/run.mjs', name], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.stdout.trim().split('\n').sort()).toEqual([...output].sort());
    expect(run.status).toBe(0);
  });

  it('the README shows two-nodes.ts as it is, in fewer than 40 lines', () => {
    const example = readFileSync(path.join(ROOT, 'examples/two-nodes.ts'), 'utf8');
    expect(readFileSync(path.join(ROOT, 'README.md'), 'utf8')).toContain(`\`\`\`ts\n${example}\`\`\``);
    expect(example.trim().split('\n').length).toBeLessThan(40);
  });
});

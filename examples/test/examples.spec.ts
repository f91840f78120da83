import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** The example, and what it must print. */
const EXAMPLES: readonly (readonly [name: string, output: readonly string[]])[] = [
  ['two-nodes', ['alice received: hello', 'bob received: good morning to you too']],
  ['rpc-service', ['colour: green', 'taste: unknown-key']],
  [
    'block-gossip',
    [0, 1, 2, 3, 4].flatMap((node) => [
      `node ${node} has block 1 of 1000 bytes`,
      `node ${node} has block 2 of 100000 bytes`,
    ]),
  ],
  ['embedded-node', ['HTTP answers [] while 1 network runs', 'stopping: SIGTERM', 'stopped in order']],
  ['custom-codec', ['100000 characters became less than 1000 bytes', 'received 100000 characters']],
  ['custom-discovery', [0, 1, 2].map((node) => `node ${node} found the two others`)],
  ['twenty-nodes', ['20 validators, 190 connections', '380 messages arrived']],
  [
    'prometheus-metrics',
    ['diem_connections{role_type="full_node",network_id="Public",peer_id="…",direction="inbound"} 1'],
  ],
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

import { spawnSync } from 'node:child_process';
import path from 'node:path';

it('dashboard and alert rules name metrics and labels that exist', () => {
  const program = path.resolve(__dirname, '../../../tools/observability/check.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^[1-9]\d* expressions over [1-9]\d* metrics, 0 problems/);
}, 20_000);

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './repository.js';

// The reference's Noise benchmarks cannot connect: both ends have one key, and the address lacks it.
describe('The benchmark', () => {
  it('connects nodes with keys of their own and measures throughput, latency and connections [D-48]', () => {
    const folder = mkdtempSync(join(tmpdir(), 'diemnet-bench-'));
    try {
      const file = join(folder, 'results.json');
      runTool(
        'tools/bench/run.mjs',
        ...['--quick', '--rounds', '1', '--ms', '100', '--json', file],
        ...['--systems', 'diemnet', '--metrics', 'messages,rpc1,connections'],
      );
      const [round] = (JSON.parse(readFileSync(file, 'utf8')) as { rounds: Round[] }).rounds;
      expect(round?.errors).toEqual([]);
      const { messages, rpc1, connections } = round?.runs ?? {};
      for (const metric of [messages, rpc1, connections]) expect(metric?.diemnet.value).toBeGreaterThan(0);
      expect(rpc1?.diemnet.p50us).toBeGreaterThan(0);
      expect(rpc1?.diemnet.p99us).toBeGreaterThanOrEqual(rpc1?.diemnet.p50us as number);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

interface Round {
  readonly errors: readonly unknown[];
  readonly runs: Record<string, { readonly diemnet: { value: number; p50us: number; p99us: number } }>;
}

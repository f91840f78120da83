import { nativeBackend, portableBackend, type CryptoBackend } from '@diemnet/noise';
import { SCENARIOS, runScenario, type Scenario, type ScenarioReport } from '../../src/index.js';

jest.setTimeout(120_000);

interface Run extends ScenarioReport {
  readonly lines: string[];
}

async function run(name: string, seed: number, backend?: CryptoBackend): Promise<Run> {
  const lines: string[] = [];
  const world = {
    trace: { onLine: (line: string) => lines.push(line) },
    ...(backend === undefined ? {} : { backend }),
  };
  const report = await runScenario(SCENARIOS.get(name) as Scenario, { seed, world });
  return { ...report, lines };
}

describe('a seed', () => {
  it('gives the same trace every time, byte for byte', async () => {
    const [first, second] = [await run('churn', 11), await run('churn', 11)];
    expect(second.lines).toEqual(first.lines);
    expect(second).toEqual(first);
    expect(first.traceEntries).toBeGreaterThan(10_000);
  });

  it('gives another trace than another seed', async () => {
    const [first, second] = [await run('key-rotation', 1), await run('key-rotation', 2)];
    expect(second.digest).not.toBe(first.digest);
  });

  it('gives the same trace whatever the cryptography runs on', async () => {
    const native = nativeBackend();
    const [first, second] = [
      await run('key-rotation', 1, native),
      await run('key-rotation', 1, portableBackend),
    ];
    expect(second.digest).toBe(first.digest);
    expect(second.lines).toEqual(first.lines);
  });
});

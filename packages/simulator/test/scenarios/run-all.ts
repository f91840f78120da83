import { SCENARIOS, runScenario, type Scenario, type ScenarioReport } from '../../src/index.js';

/** More seeds and larger networks, for a long run: `DIEMNET_SIMULATION=large npx jest`. */
export const LARGE = process.env['DIEMNET_SIMULATION'] === 'large';

/** Runs a scenario; in a long run, with several seeds. */
export async function runNamed(name: string, nodes?: number): Promise<ScenarioReport> {
  let report: ScenarioReport | undefined;
  for (let seed = 1; seed <= (LARGE ? 10 : 1); seed++) {
    const found = SCENARIOS.get(name) as Scenario;
    report = await runScenario(found, { seed, ...(nodes === undefined ? {} : { nodes }) });
  }
  return report as ScenarioReport;
}

import { SCENARIOS, runScenario } from '../../packages/simulator/dist/index.js';
import { parseCommand } from '../workspace/command.mjs';
import { recordWorld } from './record.mjs';

const values = parseCommand({
  usage: 'npm run simulate -- --scenario churn --seed 7 --nodes 20',
  about: 'Runs scenarios of @diemnet/simulator, prints what they were in numbers, and fails if one fails.',
  options: {
    list: { type: 'boolean', help: 'name the scenarios' },
    scenario: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'one of them, or `all` (without `validator-hour`); may be repeated',
    },
    seed: { type: 'number', value: 'N', default: 1, help: 'the first seed' },
    seeds: { type: 'number', value: 'N', default: 1, help: 'how many seeds, counting up' },
    nodes: { type: 'number', value: 'N', help: 'size of the network, where the scenario leaves it open' },
    twice: { type: 'boolean', default: false, help: 'run each seed twice and compare the traces' },
    trace: { type: 'boolean', default: false, help: 'print every line of the trace' },
    record: {
      type: 'string',
      value: 'FILE',
      help: 'write what happens for `npm run diemnet -- inspect FILE`, also when the scenario fails; one run only',
    },
    sample: {
      type: 'number',
      value: 'SECONDS',
      default: 1,
      help: 'virtual time from one look at all nodes to the next in the recording',
    },
  },
});

if (values.list || values.scenario === undefined) {
  for (const { name, description } of SCENARIOS.values()) console.log(`${name.padEnd(36)} ${description}`);
  process.exit(values.list ? 0 : 2);
}

const names = values.scenario.flatMap((name) =>
  name === 'all' ? [...SCENARIOS.keys()].filter((one) => one !== 'validator-hour') : [name],
);
if (values.record !== undefined && (names.length > 1 || values.seeds !== 1 || values.twice)) {
  console.error('--record takes one scenario and one seed');
  process.exit(2);
}
if (values.sample === 0) {
  console.error('--sample is a number of seconds above 0');
  process.exit(2);
}
for (const name of names) {
  const scenario = SCENARIOS.get(name);
  if (scenario === undefined) {
    console.error(`there is no scenario ${name}; see --list`);
    process.exit(2);
  }
  for (let i = 0; i < values.seeds; i++) await runSeed(scenario, values.seed + i);
}

async function runSeed(scenario, seed) {
  try {
    const report = await measured(scenario, seed);
    if (!values.twice) return;
    const again = await measured(scenario, seed);
    if (again.digest === report.digest) return;
    console.error(`seed ${seed} gave two traces: ${report.digest} and ${again.digest}`);
  } catch (error) {
    console.error(error.message);
  }
  process.exitCode = 1;
}

async function measured(scenario, seed) {
  const before = process.cpuUsage();
  const started = process.hrtime.bigint();
  const recording =
    values.record === undefined
      ? undefined
      : recordWorld({
          title: `${scenario.name}, seed ${seed}`,
          sampleIntervalMs: Number(values.sample) * 1000,
        });
  const report = await runScenario(scenario, {
    seed,
    ...(values.nodes === undefined ? {} : { nodes: values.nodes }),
    world: {
      ...recording?.options,
      trace: {
        ...recording?.options.trace,
        ...(values.trace ? { onLine: (line) => console.log(line) } : {}),
      },
    },
  }).finally(() => recording?.save(values.record));
  const { user, system } = process.cpuUsage(before);
  console.log(
    [
      report.name.padEnd(36),
      `seed ${seed}`,
      `${report.nodes} nodes`,
      `trace ${report.digest}`,
      `${report.events} events`,
      `${(report.virtualMs / 1000).toFixed(1)} s virtual`,
      `${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s real`,
      `${((user + system) / 1e6).toFixed(1)} s cpu`,
      `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
    ].join('  '),
  );
  return report;
}

// npm run bench:report -- FILE: the tables and the plot of docs/performance.md from the JSON of a run.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatNumber, median } from './harness/statistics.mjs';
import { growthPlot } from './report/plot.mjs';
import { METRICS } from './metrics.mjs';
import { summarize } from './report/ratios.mjs';
import { aloneRows, systemsOf, targetRows, valueRows } from './report/print.mjs';

const [, , file] = process.argv;
if (file === undefined) throw new Error('npm run bench:report -- FILE');
const data = JSON.parse(readFileSync(file, 'utf8'));
const docs = path.resolve(import.meta.dirname, '../../docs');
const document = path.join(docs, 'performance.md');

const blocks = {
  machine: machineText(),
  targets: markdown(['what', 'against', 'target', 'measured', 'least to greatest', ''], targetRows(data)),
  values: markdown(['median', ...systemsOf(data)], valueRows(data)),
  cost: markdown(['CPU, µs', ...systemsOf(data)], costRows()),
  loop: markdown(['under load', 'server, p99 ms', 'client, p99 ms'], loopRows()),
  growth: markdown(['connections', 'CPU per message, µs'], growthRows()),
  alone: markdown(['what', 'measured', 'unit'], data.alone === undefined ? [] : aloneRows(data)),
};
let text = readFileSync(document, 'utf8');
for (const [name, block] of Object.entries(blocks)) {
  const marked = new RegExp(`(<!-- bench:${name} -->\n)[^]*?(<!-- /bench -->)`);
  if (!marked.test(text)) throw new Error(`${document} has no place for ${name}`);
  text = text.replace(marked, (_, start, end) => `${start}\n${block}\n\n${end}`);
}
writeFileSync(document, text);
const series = growthSeries();
if (series.length > 0) writeFileSync(path.join(docs, 'performance-growth.svg'), growthPlot(series));

function machineText() {
  const { machine, commit, plan, rounds } = data;
  const load = rounds.map((round) => round.load.toFixed(1)).join(', ');
  return (
    `Node ${machine.node} with OpenSSL ${machine.openssl}, ${machine.cores} cores of ${machine.cpu}, commit ${commit}, ` +
    `${plan.rounds} rounds of ${plan.ms} ms; load of the machine at the start of each round: ${load}.`
  );
}

/** Of metrics whose unit is one thing done. */
function costRows() {
  return ['bulk', 'messages', 'rpc1', 'rpc64', 'rpcLarge', 'connections'].flatMap((name) => {
    const metric = METRICS.find((one) => one.name === name);
    const costs = systemsOf(data).map((system) => summarize(data, name, system, 'cpuUs'));
    if (costs.every((cost) => cost === undefined)) return [];
    return [[metric.title, ...costs.map((cost) => (cost === undefined ? '' : formatNumber(cost.median)))]];
  });
}

/** Delay of the event loop of our own processes, per metric. */
function loopRows() {
  return Object.keys(data.rounds[0].runs).flatMap((metric) => {
    const runs = data.rounds.map(({ runs: all }) => all[metric]?.diemnet).filter((run) => run?.serverLoop);
    if (runs.length === 0) return [];
    const p99 = (loop) => formatNumber(median(runs.map((run) => run[loop].p99)));
    return [[metric, p99('serverLoop'), p99('clientLoop')]];
  });
}

/** Medians over the rounds. */
function growthSeries() {
  const all = data.rounds.map(({ runs }) => runs.growth?.many?.series).filter(Boolean);
  if (all.length === 0) return [];
  return all[0].map(({ connections }, i) => ({
    connections,
    cost: median(all.map((series) => series[i].cost)),
  }));
}

function growthRows() {
  return growthSeries().map(({ connections, cost }) => [String(connections), formatNumber(cost)]);
}

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

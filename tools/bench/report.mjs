// npm run bench:report -- FILE [MORE…]: the tables and the plot of docs/performance.md, and the short one of the README,
// from the JSON of a run. More files are further runs of the same: their rounds count together, and one table says whether
// they agree.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatNumber, median } from './harness/statistics.mjs';
import { growthPlot } from './report/plot.mjs';
import { METRICS } from './metrics.mjs';
import { checkTargets, summarize } from './report/ratios.mjs';
import { aloneRows, systemsOf, targetRows, valueRows } from './report/print.mjs';
import { shortTable } from './report/short.mjs';

const files = process.argv.slice(2);
if (files.length === 0) throw new Error('npm run bench:report -- FILE [MORE…]');
const runs = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
const rounds = runs.flatMap((run) => run.rounds);
const data = { ...runs[0], rounds, plan: { ...runs[0].plan, rounds: rounds.length } };
const docs = path.resolve(import.meta.dirname, '../../docs');

const blocks = {
  machine: machineText(),
  runs: markdown(['target', 'against', ...runs.map((_, i) => `run ${i + 1}`), 'agree'], agreementRows()),
  targets: markdown(['what', 'against', 'target', 'measured', 'least to greatest', ''], targetRows(data)),
  values: markdown(['median', ...systemsOf(data)], valueRows(data)),
  cost: markdown(['CPU, µs', ...systemsOf(data)], costRows()),
  loop: markdown(['under load', 'server, p99 ms', 'client, p99 ms'], loopRows()),
  growth: markdown(['connections', 'CPU per message, µs'], growthRows()),
  alone: markdown(['what', 'measured', 'unit'], data.alone === undefined ? [] : aloneRows(data)),
};
fillIn(path.join(docs, 'performance.md'), blocks);
const { head: shortHead, rows: shortRows } = shortTable(data);
fillIn(path.join(docs, '../README.md'), { short: markdown(shortHead, shortRows) });
const series = growthSeries();
if (series.length > 0) writeFileSync(path.join(docs, 'performance-growth.svg'), growthPlot(series));

function fillIn(document, texts) {
  let text = readFileSync(document, 'utf8');
  for (const [name, block] of Object.entries(texts)) {
    const marked = new RegExp(`(<!-- bench:${name} -->\n)[^]*?(<!-- /bench -->)`);
    if (!marked.test(text)) throw new Error(`${document} has no place for ${name}`);
    text = text.replace(marked, (_, start, end) => `${start}\n${block}\n\n${end}`);
  }
  writeFileSync(document, text);
}

/** The ratio of each target in each run, and whether all say the same of it. */
function agreementRows() {
  const checks = runs.map((run) => checkTargets(run));
  return checks[0].map(({ metric, target }, i) => {
    const each = checks.map((check) => check[i]);
    const met = new Set(each.map((one) => one.met));
    return [
      metric.title,
      target.against,
      ...each.map((one) => (one.ratio === undefined ? '' : formatNumber(one.ratio.median))),
      met.size > 1 ? 'no' : met.has(true) ? 'met' : 'NOT met',
    ];
  });
}

function machineText() {
  const { machine, commit, plan } = data;
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

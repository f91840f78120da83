/** Checks dashboard and alert rules against the metrics that the packages really register. Exit code 1 if one is wrong. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { listMetrics } from './list-metrics.mjs';

/** The YAML reader that configurations are read with. */
const { parse } = createRequire(path.resolve(import.meta.dirname, '../../packages/builder/package.json'))(
  'yaml',
);
const folder = path.resolve(import.meta.dirname, '../../packages/inspector/dashboards');
/** Labels that Prometheus adds, and `le` of histograms. */
const OTHER_LABELS = new Set(['instance', 'job', 'le']);
/** What prom-client's default metrics add, as far as it is used here. */
const PROCESS_METRICS = new Map([['nodejs_eventloop_lag_p99_seconds', { kind: 'gauge', labels: [] }]]);

const metrics = new Map([...(await listMetrics()), ...PROCESS_METRICS]);
const problems = [];
let expressions = 0;

/** The metric behind a name in an expression, which for histograms has an ending. */
function find(name) {
  const direct = metrics.get(name);
  if (direct !== undefined && direct.kind !== 'histogram') return direct;
  const base = metrics.get(name.replace(/_(bucket|sum|count)$/, ''));
  return base?.kind === 'histogram' && direct === undefined ? base : undefined;
}

function check(where, expression) {
  expressions++;
  const known = new Set(OTHER_LABELS);
  const names = expression.match(/\b(?:diem|simple_onchain|nodejs)_[a-z0-9_]+/g) ?? [];
  if (names.length === 0) problems.push(`${where}: no metric of ours in "${expression}"`);
  for (const name of names) {
    const metric = find(name);
    if (metric === undefined) problems.push(`${where}: there is no metric ${name}`);
    metric?.labels.forEach((label) => known.add(label));
  }
  const used = [
    ...[...expression.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label),
    ...[...expression.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)].flatMap(([, list]) =>
      list.split(/\s*,\s*/),
    ),
  ];
  for (const label of used) {
    if (label !== '' && !known.has(label.trim()))
      problems.push(`${where}: no label ${label} on ${names.join(', ')}`);
  }
}

const dashboard = JSON.parse(fs.readFileSync(path.join(folder, 'diemnet.json'), 'utf8'));
for (const { title, targets = [] } of dashboard.panels) {
  for (const { expr } of targets) check(`panel "${title}"`, expr);
}
for (const { name, query } of dashboard.templating.list) {
  if (typeof query === 'object') check(`variable ${name}`, query.query.replace(/, (\w+)\)$/, ') by ($1)'));
}
const { groups } = parse(fs.readFileSync(path.join(folder, 'alerts.yml'), 'utf8'));
for (const { rules } of groups) {
  for (const { alert, expr, annotations } of rules) {
    check(`alert ${alert}`, expr);
    if (typeof annotations?.summary !== 'string') problems.push(`alert ${alert}: no summary`);
  }
}

for (const problem of problems) console.error(problem);
console.log(`${expressions} expressions over ${metrics.size} metrics, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

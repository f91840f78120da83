import { formatNumber } from '../harness/statistics.mjs';
import { METRICS, SYSTEMS } from '../metrics.mjs';
import { checkTargets, summarize } from './ratios.mjs';

/** Everything, readable in a terminal. */
export function printSummary(data) {
  const { machine, commit, plan } = data;
  console.log(
    `\nNode ${machine.node} (OpenSSL ${machine.openssl}), ${machine.cores} cores of ${machine.cpu}, commit ${commit}, ` +
      `${plan.rounds} round(s) of ${plan.ms} ms\n`,
  );
  console.log(table(['median', ...systemsOf(data)], valueRows(data)));
  console.log(
    `\n${table(['target', 'against', 'at', 'measured', 'least to greatest', ''], targetRows(data))}`,
  );
  if (data.alone !== undefined) console.log(`\n${table(['alone', 'measured', ''], aloneRows(data))}`);
  for (const [i, { errors }] of data.rounds.entries()) {
    for (const error of errors) console.log(`round ${i + 1}: ${error}`);
  }
}

export function systemsOf(data) {
  return SYSTEMS.map(({ name }) => name).filter((name) =>
    data.rounds.some(({ runs }) => Object.values(runs).some((results) => results[name] !== undefined)),
  );
}

export function valueRows(data) {
  return METRICS.map(({ name, title, unit }) => [
    `${title}, ${unit}`,
    ...systemsOf(data).map((system) => formatMedian(summarize(data, name, system))),
  ]).filter(([, ...values]) => values.some((value) => value !== ''));
}

export function targetRows(data) {
  return checkTargets(data)
    .filter(({ ratio }) => ratio !== undefined)
    .map(({ metric, target, ratio, met }) => [
      metric.title,
      target.against,
      target.atLeast === undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`,
      formatNumber(ratio.median),
      `${formatNumber(ratio.least)} to ${formatNumber(ratio.greatest)}`,
      met ? 'met' : 'NOT met',
    ]);
}

export function aloneRows(data) {
  return data.alone.map(({ title, value, unit }) => [title, formatNumber(value), unit]);
}

function formatMedian(summary) {
  return summary === undefined ? '' : formatNumber(summary.median);
}

function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

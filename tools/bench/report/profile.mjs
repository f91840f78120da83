// Self time in a .cpuprofile by package and by function: node tools/bench/report/profile.mjs FILE [rows]
import { readFileSync } from 'node:fs';

const [, , file, rows = '25'] = process.argv;
const profile = JSON.parse(readFileSync(file, 'utf8'));
const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
const byPackage = new Map();
const byFunction = new Map();
let total = 0;
profile.samples.forEach((id, i) => {
  const { functionName, url, lineNumber } = frames.get(id);
  if (functionName === '(idle)' || functionName === '(program)') return;
  const microseconds = profile.timeDeltas[i];
  total += microseconds;
  const [, place = url || '(native)'] = /.*(?:packages|node_modules)\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  add(byPackage, url === '' && functionName.startsWith('(') ? functionName : place, microseconds);
  add(byFunction, `${functionName || '(anonymous)'}  ${place}:${lineNumber + 1}`, microseconds);
});
print('by package', byPackage);
print('by function', byFunction);

function add(map, key, microseconds) {
  map.set(key, (map.get(key) ?? 0) + microseconds);
}

function print(title, map) {
  console.log(`\n${title}, self time of ${(total / 1e6).toFixed(2)} s that were not idle`);
  const sorted = [...map].sort(([, a], [, b]) => b - a).slice(0, Number(rows));
  for (const [key, microseconds] of sorted) {
    console.log(`${((100 * microseconds) / total).toFixed(1).padStart(6)} %  ${key}`);
  }
}

// The hot path step by step, in one process: the median of nine short runs each.
import { hotPath, slowPath } from '../micro/hot-path.mjs';
import { calibrate, timeOnce } from '../micro/timing.mjs';
import { median } from '../harness/statistics.mjs';

for (const [title, run] of Object.entries({ ...hotPath(), ...slowPath() })) {
  const count = calibrate(run, 30);
  const times = Array.from({ length: 9 }, () => timeOnce(run, count));
  process.send([{ title, value: median(times) / 1000, unit: 'µs' }]);
}
process.exit(0);

import { median } from '../harness/statistics.mjs';
import { METRICS } from '../metrics.mjs';

/** Median, least and greatest of what the rounds say about one system and metric; undefined if none does. */
export function summarize(data, metric, system, field = 'value') {
  return spread(data.rounds.map(({ runs }) => runs[metric]?.[system]?.[field]));
}

/** The same of the ratio of two systems, taken round by round. */
export function summarizeRatio(data, metric, system, other) {
  return spread(
    data.rounds.map(({ runs }) => {
      const [ours, theirs] = [runs[metric]?.[system]?.value, runs[metric]?.[other]?.value];
      return ours === undefined || theirs === undefined ? undefined : ours / theirs;
    }),
  );
}

/** Every target with what was measured and whether it is met. */
export function checkTargets(data) {
  return METRICS.flatMap((metric) =>
    metric.targets.map((target) => {
      const { field, against, atLeast, atMost } = target;
      const ours = metric.ours ?? 'diemnet';
      const ratio =
        field === undefined
          ? summarizeRatio(data, metric.name, ours, against)
          : summarize(data, metric.name, ours, field);
      const met =
        ratio === undefined
          ? undefined
          : atLeast === undefined
            ? ratio.median <= atMost
            : ratio.median >= atLeast;
      return { metric, target, ratio, met };
    }),
  );
}

function spread(values) {
  const present = values.filter((value) => Number.isFinite(value));
  if (present.length === 0) return undefined;
  return { median: median(present), least: Math.min(...present), greatest: Math.max(...present) };
}

/** How many operations take about `ms`, after warming up. */
export function calibrate(run, ms) {
  let count = 1;
  for (;;) {
    const start = performance.now();
    run(count);
    const took = performance.now() - start;
    if (took >= ms) return Math.max(1, Math.round((count * ms) / took));
    count *= took < ms / 8 ? 4 : 2;
  }
}

/** Nanoseconds per operation in one go of `count`. */
export function timeOnce(run, count) {
  const start = performance.now();
  run(count);
  return ((performance.now() - start) * 1e6) / count;
}

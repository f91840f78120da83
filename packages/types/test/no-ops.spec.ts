import { noMetrics, silentLogger } from '../src/index.js';

it('logs nothing by default', () => {
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
    expect(silentLogger[level]({}, 'message')).toBeUndefined();
    expect(silentLogger.isLevelEnabled?.(level)).toBe(false);
  }
  expect(silentLogger.child({ a: 1 })).toBe(silentLogger);
});

it('measures nothing by default', () => {
  const options = { name: 'n', help: 'h' };
  expect(() => {
    noMetrics.counter(options).labels({ a: 'b' }).inc(2);
    noMetrics.gauge(options).labels().set(1);
    noMetrics.gauge(options).labels().inc();
    noMetrics.gauge(options).labels().dec();
    noMetrics.histogram(options).labels().observe(3);
    noMetrics.gauge(options).remove({});
  }).not.toThrow();
});

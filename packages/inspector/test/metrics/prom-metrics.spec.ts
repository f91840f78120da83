import { Registry } from 'prom-client';
import { promMetrics } from '../../src/index.js';

const COUNTER = { name: 'diem_test', help: 'a test', labelNames: ['network_id', 'state'] };

it('gives the same metric to all who ask for its name', async () => {
  const metrics = promMetrics();
  metrics.counter(COUNTER).labels({ network_id: 'Public', state: 'sent' }).inc();
  promMetrics(metrics.registry).counter(COUNTER).labels({ network_id: 'Public', state: 'sent' }).inc(2);
  expect(await metrics.registry.metrics()).toContain('diem_test{network_id="Public",state="sent"} 3\n');
});

it('forgets a series by its labels, also in another order', async () => {
  const { registry, ...metrics } = promMetrics();
  const family = metrics.gauge({ ...COUNTER, name: 'diem_gauge' });
  family.labels({ network_id: 'a', state: 'x' }).set(1);
  const kept = family.labels({ network_id: 'b', state: 'x' });
  kept.set(7);
  kept.inc();
  kept.dec(3);
  family.remove({ state: 'x', network_id: 'a' });
  const text = await registry.metrics();
  expect(text).not.toContain('network_id="a"');
  expect(text).toContain('diem_gauge{network_id="b",state="x"} 5\n');
});

it('uses the buckets of the reference unless others are asked for', async () => {
  const { registry, ...metrics } = promMetrics();
  metrics.histogram({ name: 'diem_seconds', help: 'h' }).labels().observe(0.02);
  metrics
    .histogram({ name: 'diem_other', help: 'h', buckets: [1, 2] })
    .labels()
    .observe(1.5);
  const text = await registry.metrics();
  const bounds = [...text.matchAll(/diem_seconds_bucket\{le="([^"]+)"\} (\d)/g)].map(
    ([, le, n]) => `${le}:${n}`,
  );
  expect(bounds.join(' ')).toBe('0.005:0 0.01:0 0.025:1 0.05:1 0.1:1 0.25:1 0.5:1 1:1 2.5:1 5:1 10:1 +Inf:1');
  expect(text).toContain('diem_other_bucket{le="2"} 1');
});

it('refuses one name for two metrics', () => {
  const metrics = promMetrics(new Registry());
  metrics.counter(COUNTER);
  for (const ask of [
    () => metrics.gauge(COUNTER),
    () => metrics.histogram(COUNTER),
    () => metrics.counter({ ...COUNTER, labelNames: ['network_id'] }),
  ]) {
    expect(ask).toThrow(expect.objectContaining({ code: 'ERR_METRIC_MISMATCH' }));
  }
});

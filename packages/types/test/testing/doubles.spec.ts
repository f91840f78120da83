import { MemoryMetrics, RecordingLogger, seededRng } from '../../src/testing/index.js';

describe('seededRng', () => {
  const draw = (seed: number, length: number) => [...seededRng(seed).fill(new Uint8Array(length))];

  it('repeats itself by seed', () => {
    expect(draw(1, 37)).toEqual(draw(1, 37));
    expect(draw(1, 37)).not.toEqual(draw(2, 37));
    expect(draw(0, 16)).not.toEqual(new Array(16).fill(0));
  });

  it('does not depend on how much is asked for at a time in whole words', () => {
    const rng = seededRng(3);
    const parts = [...rng.fill(new Uint8Array(8)), ...rng.fill(new Uint8Array(4))];
    expect(parts).toEqual(draw(3, 12));
  });

  it('uses every byte value about equally often', () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of draw(9, 256 * 400)) counts[byte]!++;
    expect(Math.min(...counts)).toBeGreaterThan(300);
    expect(Math.max(...counts)).toBeLessThan(500);
  });
});

describe('MemoryMetrics', () => {
  it('keeps series apart by labels, in any order, and sums those asked for', () => {
    const metrics = new MemoryMetrics();
    const family = metrics.counter({ name: 'c', help: '', labelNames: ['a', 'b'] });
    family.labels({ a: '1', b: '2' }).inc();
    family.labels({ b: '2', a: '1' }).inc(2);
    family.labels({ a: '1', b: '3' }).inc(10);
    expect(metrics.value('c', { a: '1', b: '2' })).toBe(3);
    expect(metrics.value('c', { a: '1' })).toBe(13);
    expect(metrics.value('c')).toBe(13);
    expect(metrics.value('c', { a: '9' })).toBe(0);
    expect(metrics.value('unknown')).toBe(0);
    family.remove({ b: '3', a: '1' });
    expect(metrics.value('c')).toBe(3);
  });

  it('gives the same metric for the same name', () => {
    const metrics = new MemoryMetrics();
    metrics.gauge({ name: 'g', help: '' }).labels().set(5);
    metrics.gauge({ name: 'g', help: '' }).labels().inc();
    metrics.gauge({ name: 'g', help: '' }).labels().dec(2);
    expect(metrics.value('g')).toBe(4);
    metrics.histogram({ name: 'h', help: '' }).labels({ a: '1' }).observe(2.5);
    expect(metrics.observations('h')).toEqual([2.5]);
    expect(metrics.names()).toEqual(['g', 'h']);
  });
});

it('RecordingLogger keeps events with the fields of their children', () => {
  const logger = new RecordingLogger();
  const child = logger.child({ a: 1 }).child({ b: 2 });
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const)
    child[level]({ level }, `at ${level}`);
  logger.info({}, 'plain');
  expect(logger.events).toHaveLength(6);
  expect(logger.at()).toBe(logger.events);
  expect(logger.at('warn')).toEqual([
    { level: 'warn', message: 'at warn', fields: { a: 1, b: 2, level: 'warn' } },
  ]);
  expect(logger.isLevelEnabled()).toBe(true);
});

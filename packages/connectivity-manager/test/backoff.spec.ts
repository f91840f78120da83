import fc from 'fast-check';
import { seededRng } from '@diemnet/types/testing';
import { backoffMs, dialDelayMs } from '../src/backoff.js';
import { DEFAULT_CONNECTIVITY_MANAGER_OPTIONS as DEFAULTS } from '../src/index.js';

describe('backoff', () => {
  it('is nothing at first, then doubles up to the cap [C-330] [D-44]', () => {
    const delays = Array.from({ length: 9 }, (_, i) => backoffMs(i + 1, DEFAULTS));
    expect(delays).toEqual([0, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000));
  });

  it('stays at the cap after very many attempts, whatever the base', () => {
    expect(backoffMs(1e6, DEFAULTS)).toBe(60_000);
    expect(backoffMs(1e6, { ...DEFAULTS, backoffUnitMs: 0 })).toBe(60_000);
    expect(backoffMs(5, { ...DEFAULTS, backoffBase: 0 })).toBe(0);
    expect(backoffMs(5, { ...DEFAULTS, backoffBase: 1 })).toBe(1_000);
  });

  it('adds jitter on top of the capped delay, from zero to a share of it [C-331] [D-44]', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 100 }), (seed, attempt) => {
        const base = backoffMs(attempt, DEFAULTS);
        const delay = dialDelayMs(attempt, DEFAULTS, seededRng(seed));
        const most = attempt === 1 ? DEFAULTS.firstJitterMs : base * DEFAULTS.jitterShare;
        expect(delay).toBeGreaterThanOrEqual(base);
        expect(delay).toBeLessThan(base + most);
      }),
    );
  });

  it('spreads dials at the cap over the whole share [C-331] [D-44]', () => {
    const rng = seededRng(7);
    const delays = Array.from({ length: 500 }, () => dialDelayMs(20, DEFAULTS, rng) - 60_000);
    expect(Math.min(...delays)).toBeLessThan(500);
    expect(Math.max(...delays)).toBeGreaterThan(11_500);
  });
});

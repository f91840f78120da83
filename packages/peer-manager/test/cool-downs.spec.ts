import { CoolDowns } from '../src/cool-downs.js';

const OPTIONS = { coolDownMs: 100, maxCoolDownMs: 350, threshold: 3, maxEntries: 2 };

describe('CoolDowns', () => {
  it('holds nothing against anybody before the threshold, and then for the given time [D-12]', () => {
    const coolDowns = new CoolDowns<string>(OPTIONS);
    expect([coolDowns.offend('a', 1, 0), coolDowns.offend('a', 1, 0)]).toEqual([false, false]);
    expect(coolDowns.remaining('a', 0)).toBe(0);
    expect(coolDowns.offend('a', 1, 10)).toBe(true);
    expect([
      coolDowns.remaining('a', 10),
      coolDowns.remaining('a', 109),
      coolDowns.remaining('a', 110),
    ]).toEqual([100, 1, 0]);
    expect(coolDowns.remaining('b', 10)).toBe(0);
  });

  it('takes twice as long each time, up to the longest, and forgets in the end [D-12]', () => {
    const coolDowns = new CoolDowns<string>(OPTIONS);
    const lasts = [0, 1, 2, 3].map(
      (i) => (coolDowns.offend('a', 3, i * 300), coolDowns.remaining('a', i * 300)),
    );
    expect(lasts).toEqual([100, 200, 350, 350]);
    const later = 900 + 350 + 350;
    coolDowns.offend('b', 1, later);
    expect(coolDowns.size).toBe(1);
    coolDowns.offend('a', 3, later);
    expect(coolDowns.remaining('a', later)).toBe(100);
  });

  it('remembers a bounded number of offenders, the latest', () => {
    const coolDowns = new CoolDowns<string>(OPTIONS);
    for (const key of ['a', 'b', 'a', 'c']) coolDowns.offend(key, 3, 0);
    expect(coolDowns.size).toBe(2);
    expect([coolDowns.remaining('a', 0), coolDowns.remaining('b', 0), coolDowns.remaining('c', 0)]).toEqual([
      200, 0, 100,
    ]);
  });

  it.each([{ coolDownMs: 0 }, { maxEntries: 0 }])('remembers nothing with %o', (options) => {
    const coolDowns = new CoolDowns<string>({ ...OPTIONS, ...options });
    expect(coolDowns.offend('a', 99, 0)).toBe(false);
    expect(coolDowns.size).toBe(0);
  });
});

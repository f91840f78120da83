import { YoungGeneration } from '../../src/crypto/young-generation.js';

const MIB = 1024 * 1024;

describe('YoungGeneration', () => {
  it('fills the young generation once for every MiB of native memory, however it is cut', () => {
    let fills = 0;
    let held = 0;
    const young = new YoungGeneration(
      () => fills++,
      () => {},
      () => (held += 2 * MIB),
    );
    for (let i = 0; i < 32; i++) young.count(64 * 1024);
    expect(fills).toBe(2);
    young.count(MIB / 2);
    expect(fills).toBe(2);
    young.count(MIB / 2);
    expect(fills).toBe(3);
  });

  it('drops one large block of native memory before the first time, and none while there is little traffic', () => {
    const dropped: number[] = [];
    const young = new YoungGeneration(
      () => {},
      (bytes) => dropped.push(bytes),
    );
    young.count(MIB - 1);
    expect(dropped).toEqual([]);
    young.count(1);
    young.count(2 * MIB);
    expect(dropped).toEqual([16 * MIB]);
  });

  it('does not fill it while memory is given back as fast as it is handed out', () => {
    let [fills, held] = [0, 10 * MIB];
    const young = new YoungGeneration(
      () => fills++,
      () => {},
      () => held,
    );
    young.count(2 * MIB);
    expect(fills).toBe(1);
    for (const now of [10, 10.2, 10.4, 3, 3.2]) {
      held = now * MIB;
      young.count(2 * MIB);
    }
    expect(fills).toBe(1);
    held = 5.2 * MIB;
    young.count(2 * MIB);
    expect(fills).toBe(2);
  });

  it('keeps nothing of what it fills the young generation with', () => {
    const young = new YoungGeneration();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 200; i++) young.count(2 * MIB);
    // 100 MiB of garbage went through a young generation of 16 MiB a half at most.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * MIB);
  });
});

import { releaseMemory } from '../src/index.js';

const KIB = 1024;

describe('releaseMemory', () => {
  it('leaves chunks empty that have memory of their own', () => {
    const chunks = [new Uint8Array(16 * KIB), new Uint8Array(1024 * KIB)];
    releaseMemory(chunks);
    expect(chunks.map(({ length }) => length)).toEqual([0, 0]);
    expect(chunks.map(({ buffer }) => buffer.byteLength)).toEqual([0, 0]);
  });

  it('gives the memory back at once', async () => {
    // The first time, where a port has to close, it takes a few turns of the event loop.
    releaseMemory([new Uint8Array(16 * KIB)]);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 64; i++) releaseMemory([new Uint8Array(1024 * KIB)]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * KIB);
  });

  it('leaves alone what is small, a part of something or shared', () => {
    const whole = new Uint8Array(64 * KIB).fill(7);
    const shared = new Uint8Array(new SharedArrayBuffer(64 * KIB)).fill(7);
    const chunks = [
      new Uint8Array(16 * KIB - 1).fill(7),
      whole.subarray(1),
      whole.subarray(0, 32 * KIB),
      shared,
      new Uint8Array(0),
    ];
    releaseMemory(chunks);
    expect(chunks.map(({ length }) => length)).toEqual([16 * KIB - 1, 64 * KIB - 1, 32 * KIB, 64 * KIB, 0]);
    expect(whole.every((byte) => byte === 7)).toBe(true);
  });

  it('uses what runtimes without ArrayBuffer.prototype.transfer have', async () => {
    const { transfer } = ArrayBuffer.prototype as { transfer?: unknown };
    delete (ArrayBuffer.prototype as { transfer?: unknown }).transfer;
    try {
      await jest.isolateModulesAsync(async () => {
        const fresh = await import('../src/spent-memory.js');
        const chunks = [new Uint8Array(64 * KIB), new Uint8Array(64 * KIB)];
        for (let i = 0; i < 3; i++) fresh.releaseMemory(chunks);
        expect(chunks.map(({ length }) => length)).toEqual([0, 0]);
      });
    } finally {
      if (transfer !== undefined) Object.assign(ArrayBuffer.prototype, { transfer });
    }
  });
});

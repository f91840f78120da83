import { FrameAssembly } from '../src/frame-assembly.js';

const KIB = 1024;
const filled = (bytes: number, value: number) => new Uint8Array(bytes).fill(value);

/** A frame of 192 KiB in chunks of 64; the first and the last hold bytes of other frames as well. */
function assemble(ownChunks: boolean, stable = true) {
  const chunks = [1, 2, 3, 4].map((value) => filled(64 * KIB, value));
  const lengths = () => chunks.map(({ length }) => length);
  const [first, second, third, last] = chunks as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const assembly = new FrameAssembly(192 * KIB, ownChunks);
  assembly.add(first, 32 * KIB, 64 * KIB, stable);
  const early = { lengths: lengths(), heldBytes: assembly.heldBytes };
  assembly.add(second, 0, 64 * KIB, stable);
  const half = { lengths: lengths(), heldBytes: assembly.heldBytes };
  assembly.add(third, 0, 64 * KIB, stable);
  assembly.add(last, 0, 32 * KIB, stable);
  expect(assembly.missing).toBe(0);
  const expected = Buffer.concat([
    filled(32 * KIB, 1),
    filled(64 * KIB, 2),
    filled(64 * KIB, 3),
    filled(32 * KIB, 4),
  ]);
  expect(Buffer.compare(assembly.finish(), expected)).toBe(0);
  return { early, half, end: lengths() };
}

describe('FrameAssembly', () => {
  it('gives back the memory of chunks that are its own and lie in the frame as a whole, when it has copied them', () => {
    const { early, half, end } = assemble(true);
    expect(early.lengths).toEqual([64 * KIB, 64 * KIB, 64 * KIB, 64 * KIB]);
    expect(half.lengths).toEqual([64 * KIB, 0, 64 * KIB, 64 * KIB]);
    expect(end).toEqual([64 * KIB, 0, 0, 64 * KIB]);
  });

  it.each([
    ['of others', false, true],
    ['that are used again', true, false],
  ])('leaves chunks %s alone', (_, ownChunks, stable) => {
    expect(assemble(ownChunks, stable).end).toEqual([64 * KIB, 64 * KIB, 64 * KIB, 64 * KIB]);
  });

  it('allocates the frame when half of it is here, and not before', () => {
    const { early, half } = assemble(true);
    expect(early.heldBytes).toBe(32 * KIB);
    expect(half.heldBytes).toBe(192 * KIB);
  });

  it('keeps nothing of a chunk that is used again, on either side of the middle', () => {
    const assembly = new FrameAssembly(20 * KIB);
    const chunk = new Uint8Array(5 * KIB);
    for (let value = 1; value <= 4; value++) assembly.add(chunk.fill(value), 0, 5 * KIB, false);
    expect([...new Set(assembly.finish())]).toEqual([1, 2, 3, 4]);
  });

  it('hands on a frame that is one chunk, and does not give it back', () => {
    const chunk = filled(64 * KIB, 5);
    const assembly = new FrameAssembly(64 * KIB, true);
    assembly.add(chunk, 0, 64 * KIB, true);
    expect(assembly.finish()).toEqual(filled(64 * KIB, 5));
  });
});

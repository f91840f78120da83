import { FrameAssembly } from '../src/frame-assembly.js';

const KIB = 1024;
const filled = (bytes: number, value: number) => new Uint8Array(bytes).fill(value);

/** A frame of three chunks; the first and the last hold bytes of other frames as well. */
function assemble(ownChunks: boolean) {
  const chunks = [filled(64 * KIB, 1), filled(64 * KIB, 2), filled(64 * KIB, 3)] as const;
  const assembly = new FrameAssembly(160 * KIB, ownChunks);
  assembly.add(chunks[0], 32 * KIB, 64 * KIB, true);
  assembly.add(chunks[1], 0, 64 * KIB, true);
  assembly.add(chunks[2], 0, 64 * KIB, true);
  const frame = assembly.finish();
  expect(
    Buffer.compare(
      frame,
      Buffer.concat([chunks[0].subarray(32 * KIB), filled(64 * KIB, 2), filled(64 * KIB, 3)]),
    ),
  ).toBe(0);
  return chunks.map(({ length }) => length);
}

describe('FrameAssembly', () => {
  it('gives back the memory of chunks that are its own and lie in the frame as a whole', () => {
    expect(assemble(true)).toEqual([64 * KIB, 0, 0]);
  });

  it('leaves the chunks of others alone', () => {
    expect(assemble(false)).toEqual([64 * KIB, 64 * KIB, 64 * KIB]);
  });

  it('hands on a frame that is one chunk, and does not give it back', () => {
    const chunk = filled(64 * KIB, 5);
    const assembly = new FrameAssembly(64 * KIB, true);
    assembly.add(chunk, 0, 64 * KIB, true);
    expect(assembly.finish()).toEqual(filled(64 * KIB, 5));
  });
});

import { refuseAllZero } from '../../src/crypto/key-checks.js';

// Both backends refuse by themselves what leads to zeros. This is the check that does not depend on them.
describe('A shared secret', () => {
  it('is refused when it is all zeros [C-108] [D-39]', () => {
    expect(() => refuseAllZero(new Uint8Array(32))).toThrow(
      expect.objectContaining({ code: 'ERR_NOISE_WRONG_PUBLIC_KEY_RECEIVED' }),
    );
  });

  it('is passed on with a single bit set, wherever it is', () => {
    for (let at = 0; at < 32; at++) {
      const secret = new Uint8Array(32);
      secret[at] = 1 << (at & 7);
      expect(refuseAllZero(secret)).toBe(secret);
    }
  });
});

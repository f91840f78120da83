import { parseNetworkConfig, parseNodeConfig } from '../../src/index.js';

describe('configuration texts that nobody means', () => {
  it.each([
    ['a mapping as a key that looks like half a path', '? "ull[": e\n'],
    ['the same within a section', 'identity:\n  ? "a[0": b\n'],
    ['a list as a key', '? [a, b]\n: c\n'],
    ['a key that ends in a dot', '? {"a.": b}\n'],
    ['a key of brackets', '? {"][": "]["}\n'],
  ])('refuses %s, and ends', (_, text) => {
    for (const parse of [parseNetworkConfig, parseNodeConfig]) {
      expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'ConfigError' }));
    }
  });
});

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

  it('keeps what nobody looks into without a warning of the process', () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { other_sections } = parseNodeConfig('base: {role: full_node}\nexecution:\n  ? [1, 2]\n  : 3\n');
    expect(Object.keys(other_sections)).toEqual(['execution']);
    expect(warned).not.toHaveBeenCalled();
  });
});

/**
 * Exported names that no other source file imports and no entry re-exports. Types that stand in a signature of their
 * own file do not count: whoever calls it may need the name.
 */
export function unusedExports(sources, tests, entries) {
  const usedBySources = namesUsed(sources);
  const usedByTests = namesUsed(tests);
  const unused = [];
  for (const [file, module] of sources) {
    if (entries.includes(file)) continue;
    for (const name of module.exports) {
      if (isUsed(usedBySources, file, name) || module.ownTypes.has(name)) continue;
      unused.push({ file, name, onlyTests: isUsed(usedByTests, file, name) });
    }
  }
  return unused;
}

function namesUsed(modules) {
  const used = new Map();
  for (const { imports } of modules.values()) {
    for (const { target, names } of imports) {
      if (target === undefined) continue;
      const known = used.get(target) ?? new Set();
      names.forEach((name) => known.add(name));
      used.set(target, known);
    }
  }
  return used;
}

function isUsed(used, file, name) {
  const names = used.get(file);
  return names !== undefined && (names.has(name) || names.has('*'));
}

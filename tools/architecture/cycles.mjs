/**
 * Groups of files that import one another in a circle (strongly connected components, after Tarjan). One that holds
 * with run-time imports alone is a `runtime` cycle, else only types go in a circle.
 */
export function findCycles(modules) {
  const runtime = components(modules, ({ runtime: atRunTime }) => atRunTime);
  const inRuntime = new Set(runtime.flat());
  const types = components(modules, () => true).filter((files) => !files.some((file) => inRuntime.has(file)));
  return [
    ...runtime.map((files) => ({ files, runtime: true })),
    ...types.map((files) => ({ files, runtime: false })),
  ];
}

function components(modules, counts) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    let toSelf = false;
    for (const { target, ...rest } of modules.get(file).imports) {
      if (target === undefined || !modules.has(target) || !counts(rest)) continue;
      toSelf ||= target === file;
      if (!index.has(target)) {
        visit(target);
        low.set(file, Math.min(low.get(file), low.get(target)));
      } else if (stack.includes(target)) low.set(file, Math.min(low.get(file), index.get(target)));
    }
    if (low.get(file) !== index.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1 || toSelf) found.push(component);
  };
  for (const file of modules.keys()) if (!index.has(file)) visit(file);
  return found;
}

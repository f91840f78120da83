import { filesBelow, read, runTool } from './repository.js';

interface Union {
  readonly package: string;
  readonly union: string;
  readonly about: string;
  readonly codes: readonly { readonly code: string; readonly meaning: string }[];
}

describe('Error codes', () => {
  const unions = JSON.parse(runTool('tools/errors/report.mjs', '--list')) as Union[];
  const codes = unions.flatMap((union) => union.codes.map((code) => ({ ...code, package: union.package })));

  it('are found in the sources', () => {
    expect(codes.length).toBeGreaterThan(200);
    expect(unions.filter(({ about }) => about === '')).toEqual([]);
  });

  it('have a meaning each', () => {
    expect(codes.filter(({ meaning }) => meaning === '')).toEqual([]);
  });

  it('stand in docs/errors.md', () => {
    const page = read('docs/errors.md');
    expect(codes.filter(({ code }) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  it('are named by a test each', () => {
    const files = filesBelow('packages', '.ts').filter((path) => /^packages\/[^/]+\/test\//.test(path));
    const tests = files.map(read).join('\n');
    // A package without any test yet has more to catch up on than its codes.
    const tested = new Set(
      files.filter((path) => path.endsWith('.spec.ts')).map((path) => path.split('/')[1]),
    );
    const silent = codes.filter(({ code, package: name }) => tested.has(name) && !tests.includes(code));
    expect(silent).toEqual([]);
  });

  it('mean the same wherever a package throws them: nothing is thrown that no union names', () => {
    const known = new Set(codes.map(({ code }) => code));
    const thrown = filesBelow('packages', '.ts')
      .filter((path) => /^packages\/[^/]+\/src\/(?!testing\/)/.test(path))
      .flatMap((path) =>
        Array.from(read(path).matchAll(/new \w*Error\(\s*'(ERR_\w+)'/g), ([, code]) => ({ path, code })),
      );
    expect(thrown.length).toBeGreaterThan(100);
    expect(thrown.filter(({ code }) => !known.has(code as string))).toEqual([]);
  });
});

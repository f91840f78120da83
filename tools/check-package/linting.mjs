import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

// The command line tool starts slowly and once per package; its core, which it depends on, does the same checks.
const require = createRequire(import.meta.url);
const core = createRequire(require.resolve('@arethetypeswrong/cli/package.json')).resolve(
  '@arethetypeswrong/core',
);
const { checkPackage, createPackageFromTarballData } = await import(pathToFileURL(core).href);

/** Profile esm-only: what the resolution of Node 10 and `require` without ESM support would see does not count. */
const IGNORED_RESOLUTIONS = ['node10', 'node16-cjs'];

/** publint and are-the-types-wrong on the tarball. */
export async function checkLinting({ tarball }) {
  const data = fs.readFileSync(tarball);
  const lint = await publint({
    pack: { tarball: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) },
    strict: true,
  });
  const problems = lint.messages.map((message) => `publint: ${formatMessage(message, lint.pkg)}`);
  const { problems: wrongs = [] } = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
  for (const wrong of wrongs) {
    if (IGNORED_RESOLUTIONS.includes(wrong.resolutionKind)) continue;
    problems.push(`types: ${wrong.kind} ${wrong.entrypoint ?? ''} ${wrong.resolutionKind ?? ''}`.trim());
  }
  return problems;
}

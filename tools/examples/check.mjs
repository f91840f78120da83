/**
 * Type-checks the examples of the documents against the sources: every ```ts block of the READMEs and of docs/, and
 * every `@example` of an index.ts.
 *
 *   node tools/examples/check.mjs [--readmes]
 *
 * An example may use lower-case names that it does not declare (`socket`, `peerId`): they stand for what the reader
 * has. A name that a package exports must be imported in a README; in doc comments the import goes without saying.
 * A block that begins with `// …` is a fragment and left out.
 *
 * Relative links must lead to files and headings that are there, and every page of docs/ must be linked from the
 * README.md beside it. READMEs of packages are also held against their template: what it is, where it sits, install,
 * example, errors where there are codes, differences from the reference.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { exportedNames } from '../workspace/exports.mjs';
import { codeEntries, readPackages, root } from '../workspace/packages.mjs';

const packages = readPackages();
const exportedFrom = new Map();
for (const one of packages) {
  for (const { subpath, source } of codeEntries(one)) {
    const { values, types } = exportedNames(source);
    for (const name of [...values, ...types]) {
      const places = exportedFrom.get(name) ?? [];
      places.push({ from: one.manifest.name + subpath.slice(1), own: one.name });
      exportedFrom.set(name, places);
    }
  }
}

const problems = [...packages.flatMap(templateProblems), ...brokenLinks(), ...unnamedPlaces()];
const examples = [...packages.flatMap(examplesOfPackage), ...examplesOfDocuments()];

// First pass: which names does each example leave open?
const folder = path.join(root, '.nx/examples');
fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(folder, { recursive: true });
for (const [index, example] of examples.entries()) {
  example.file = path.join(folder, `example-${index}.ts`);
  example.preamble = [];
  write(example);
}
const CANNOT_FIND = [2304, 2552, 2582, 2593, 2503, 18004];
for (const { example, diagnostic } of diagnose()) {
  if (!CANNOT_FIND.includes(diagnostic.code)) continue;
  const name = diagnostic.file.text.slice(diagnostic.start, diagnostic.start + diagnostic.length);
  const places = exportedFrom.get(name);
  if (places === undefined) {
    if (/^[a-z]/.test(name)) example.preamble.push(`declare const ${name}: any;`);
    else example.preamble.push(`type ${name} = any;`);
  } else if (example.implicitImports !== undefined) {
    const place = places.find(({ own }) => own === example.implicitImports) ?? places[0];
    example.preamble.push(`import { ${name} } from '${place.from}';`);
  } else problems.push(`${example.where}: ${name} is not imported (from ${places[0].from})`);
}
for (const example of examples) write(example);

// Second pass: what is left is wrong.
for (const { example, diagnostic } of diagnose()) {
  if (CANNOT_FIND.includes(diagnostic.code)) continue;
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
  const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
  problems.push(`${example.where} (line ${example.line + line - example.preamble.length}): ${text}`);
}
for (const problem of [...new Set(problems)]) console.error(problem);
console.log(`documents: ${examples.length} examples, ${new Set(problems).size} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

function write({ file, preamble, code }) {
  fs.writeFileSync(
    file,
    `${[...new Set(preamble)].map((line) => `${line}\n`).join('')}${code}\nexport {};\n`,
  );
}

function diagnose() {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const byFile = new Map(examples.map((example) => [example.file, example]));
  const program = ts.createProgram([...byFile.keys()], {
    ...options,
    composite: false,
    emitDeclarationOnly: false,
    declaration: false,
    noEmit: true,
    noImplicitAny: false,
    verbatimModuleSyntax: false,
    isolatedModules: false,
    lib: [...options.lib, 'lib.dom.d.ts'],
    types: ['node'],
  });
  return [...byFile].flatMap(([file, example]) => {
    example.preamble = [...new Set(example.preamble)];
    return program
      .getSemanticDiagnostics(program.getSourceFile(file))
      .map((diagnostic) => ({ example, diagnostic }));
  });
}

function examplesOfPackage({ name, folder: place }) {
  const index = path.join(place, 'src/index.ts');
  const [comment = ''] = /\/\*\*[\s\S]*?\*\//.exec(fs.readFileSync(index, 'utf8')) ?? [];
  const [, example] = /@example\n([\s\S]*?)\n \*\n \* @packageDocumentation/.exec(comment) ?? [];
  const found = blocks(path.join(place, 'README.md'));
  if (example !== undefined) {
    const code = example.replace(/^ \* ?/gm, '').replace(/^```(ts)?$/gm, '');
    found.push({ where: `packages/${name}/src/index.ts`, line: 1, code, implicitImports: name });
  }
  return found;
}

function examplesOfDocuments() {
  const documents = fs
    .readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join(root, 'docs', file));
  return [path.join(root, 'README.md'), path.join(root, 'CONTRIBUTING.md'), ...documents].flatMap(blocks);
}

/** The ```ts blocks of a document. Those of one document do not see each other. */
function blocks(file) {
  if (!fs.existsSync(file)) return [];
  const text = fs.readFileSync(file, 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
    .filter(([, code]) => !code.startsWith('// …'))
    .map((match) => ({
      where: path.relative(root, file),
      line: text.slice(0, match.index).split('\n').length + 1,
      code: match[1],
    }));
}

function templateProblems(one) {
  const where = `packages/${one.name}/README.md`;
  const text = fs.readFileSync(path.join(root, where), 'utf8');
  const library = one.layer < 7;
  const wanted = {
    'the title': new RegExp(`^# ${one.manifest.name}\n\n[A-Z].*`),
    'where it sits': /\b[Ss]its? (on|at|beneath|above)\b/,
    'how to install it': new RegExp(
      `npm install (-g |--global |--save-dev )?${one.manifest.name}|npx ${one.manifest.name}`,
    ),
    'an example': /^```(ts|sh)$/m,
    ...(library && hasCodes(one) && { 'its error codes': /\bERR_[A-Z]/ }),
    ...(library && { 'the differences from the reference': /^## Differences from the reference$/m }),
  };
  return Object.entries(wanted)
    .filter(([, pattern]) => !pattern.test(text))
    .map(([what]) => `${where}: ${what} is missing`);
}

/** Relative links of all documents lead to files, and to headings, that are there. */
function brokenLinks() {
  const headings = new Map();
  const headingsOf = (file) => {
    if (!headings.has(file)) {
      const titles = prose(file).matchAll(/^#+ (.*)$/gm);
      headings.set(file, new Set([...titles].map(([, title]) => anchor(title))));
    }
    return headings.get(file);
  };
  const found = [];
  for (const file of documents()) {
    for (const [, target, heading] of prose(file).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const aim = target === '' ? file : path.join(path.dirname(file), target);
      if (!fs.existsSync(path.join(root, aim))) found.push(`${file}: the link to ${target} is broken`);
      else if (heading !== undefined && aim.endsWith('.md') && !headingsOf(aim).has(heading))
        found.push(`${file}: ${aim} has no heading #${heading}`);
    }
  }
  return found;
}

/** Every page of docs/ stands in the README.md of its folder, and every package in that of the root. */
function unnamedPlaces() {
  const overview = prose('README.md');
  const packagesMissing = packages
    .filter(({ name }) => !overview.includes(`(packages/${name})`))
    .map(({ name }) => `README.md does not name packages/${name}`);
  const pages = documents().filter((file) => file.startsWith('docs/') && !file.endsWith('/README.md'));
  const pagesMissing = pages
    .filter((file) => !prose(`${path.dirname(file)}/README.md`).includes(`](${path.basename(file)}`))
    .map((file) => `${path.dirname(file)}/README.md does not name ${path.basename(file)}`);
  return [...packagesMissing, ...pagesMissing];
}

function documents() {
  const known = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' });
  return known
    .trim()
    .split('\n')
    .filter((file) => fs.existsSync(path.join(root, file)));
}

/** A document without its blocks of code. */
function prose(file) {
  return fs.readFileSync(path.join(root, file), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
}

/** What a heading is called in a link. */
function anchor(title) {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function hasCodes({ folder: place }) {
  return fs.existsSync(path.join(place, 'src/errors.ts'));
}

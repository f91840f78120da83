/** Which changes a user of a package can notice. */
import ts from 'typescript';

/** Fields of package.json that reach users. */
const FIELDS = [
  'bin',
  'browser',
  'dependencies',
  'engines',
  'exports',
  'files',
  'optionalDependencies',
  'peerDependencies',
  'sideEffects',
  'type',
];

/** @returns files below the folder of a package whose change counts */
export function noticeable(repository, since, folder) {
  return repository.changedFiles(since, folder).filter((file) => {
    const before = repository.text(file, since);
    const after = repository.text(file);
    const place = file.slice(folder.length + 1);
    if (place === 'package.json') return fieldsOf(before) !== fieldsOf(after);
    if (!/^(src|bin|page)\//.test(place)) return false;
    return codeOf(file, before) !== codeOf(file, after);
  });
}

function fieldsOf(text) {
  const manifest = JSON.parse(text ?? '{}');
  return JSON.stringify(FIELDS.map((field) => manifest[field]));
}

/** A source without its comments and its layout; any other file as it is. */
function codeOf(file, text) {
  if (text === undefined || !/\.[cm]?[jt]s$/.test(file)) return text;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const printed = ts.createPrinter({ removeComments: true }).printFile(source);
  // The printer keeps some line breaks of the original, and with them trailing commas.
  return printed.replace(/\s*([^\w\s'"`])\s*/g, '$1').replace(/,(?=[)\]}])/g, '');
}

/** What an entry file exports, read from its syntax: entries re-export by name only, which lint holds. */
import fs from 'node:fs';
import ts from 'typescript';

/** @returns names of values and of types, sorted. */
export function exportedNames(file) {
  const source = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const values = [];
  const types = [];
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined) {
      for (const element of statement.exportClause.elements)
        (statement.isTypeOnly || element.isTypeOnly ? types : values).push(element.name.text);
      continue;
    }
    if (!ts.getModifiers?.(statement)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword)) continue;
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
      types.push(statement.name.text);
    else if (ts.isVariableStatement(statement))
      values.push(...statement.declarationList.declarations.map((one) => one.name.text));
    else if (statement.name !== undefined) values.push(statement.name.text);
  }
  return { values: values.sort(), types: types.sort() };
}

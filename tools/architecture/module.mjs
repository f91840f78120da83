import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * Imports and exports of a TypeScript file, from its syntax.
 *
 * @returns imports: {specifier, target (a file of the same package), runtime, names ('*' for a namespace)};
 *   exports: names declared here; ownTypes: those that are types and appear in signatures of the same file; lines
 */
export function readModule(file) {
  const text = fs.readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const module = { imports: [], exports: [], ownTypes: new Set(), lines: text.split('\n').length - 1 };
  const add = (specifier, runtime, names) => {
    const target = specifier.startsWith('.') ? resolve(file, specifier) : undefined;
    module.imports.push({ specifier, target, runtime, names });
  };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      const named = clause?.namedBindings;
      const elements = named && ts.isNamedImports(named) ? named.elements : [];
      const names = elements.map((element) => (element.propertyName ?? element.name).text);
      if (named && ts.isNamespaceImport(named)) names.push('*');
      if (clause?.name) names.push('default');
      const typesOnly =
        clause?.isTypeOnly === true ||
        (elements.length > 0 && !clause?.name && elements.every((element) => element.isTypeOnly));
      add(statement.moduleSpecifier.text, !typesOnly, names);
    } else if (ts.isExportDeclaration(statement)) {
      const elements =
        statement.exportClause && ts.isNamedExports(statement.exportClause)
          ? statement.exportClause.elements
          : [];
      if (statement.moduleSpecifier) {
        const names = elements.map((element) => (element.propertyName ?? element.name).text);
        add(statement.moduleSpecifier.text, !statement.isTypeOnly, names.length > 0 ? names : ['*']);
      } else {
        module.exports.push(...elements.map((element) => element.name.text));
      }
    } else if (ts.canHaveModifiers(statement)) {
      const exported = ts.getModifiers(statement)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword);
      if (!exported) continue;
      if (ts.isVariableStatement(statement)) {
        for (const { name } of statement.declarationList.declarations)
          if (ts.isIdentifier(name)) module.exports.push(name.text);
      } else if (statement.name) {
        module.exports.push(statement.name.text);
        const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
        if (isType && count(text, statement.name.text) > 1) module.ownTypes.add(statement.name.text);
      }
    }
  }
  // import('./x.js'), at run time and in types
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) add(argument.text, false, ['*']);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal.text, false, ['*']);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return module;
}

function count(text, word) {
  return text.match(new RegExp(`\\b${word}\\b`, 'g'))?.length ?? 0;
}

function resolve(from, specifier) {
  const base = path.resolve(path.dirname(from), specifier);
  return [base.replace(/\.js$/, '.ts'), `${base}.ts`].find((candidate) => fs.existsSync(candidate));
}

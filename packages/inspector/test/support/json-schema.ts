import type { Schema } from '../../src/server/open-api-schemas.js';

/** What is wrong with `value`, by place; empty if nothing is. */
export function violations(
  schema: Schema,
  value: unknown,
  definitions: Readonly<Record<string, Schema>>,
  at = '$',
): string[] {
  if (schema.$ref !== undefined) {
    const found = definitions[schema.$ref.replace('#/components/schemas/', '')];
    return found === undefined
      ? [`${at}: unknown ${schema.$ref}`]
      : violations(found, value, definitions, at);
  }
  const wrong: string[] = [];
  const matching = (all: readonly Schema[]) =>
    all.filter((one) => violations(one, value, definitions, at).length === 0).length;
  if (schema.oneOf !== undefined && matching(schema.oneOf) !== 1) wrong.push(`${at}: not one of the forms`);
  if (schema.anyOf !== undefined && matching(schema.anyOf) === 0) wrong.push(`${at}: none of the forms`);
  if (schema.type !== undefined && ![schema.type].flat().some((type) => isA(type, value)))
    wrong.push(`${at}: no ${String(schema.type)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value)) wrong.push(`${at}: not in the list`);
  if ('const' in schema && schema.const !== value) wrong.push(`${at}: not ${String(schema.const)}`);
  if (schema.pattern !== undefined && typeof value === 'string' && !new RegExp(schema.pattern).test(value))
    wrong.push(`${at}: no match`);
  if (Array.isArray(value) && schema.items !== undefined) {
    const { items } = schema;
    value.forEach((item, i) => wrong.push(...violations(items, item, definitions, `${at}[${i}]`)));
  }
  if (isA('object', value)) {
    const fields = value as Record<string, unknown>;
    for (const name of schema.required ?? []) if (!(name in fields)) wrong.push(`${at}.${name}: missing`);
    for (const [name, field] of Object.entries(fields)) {
      const known = schema.properties?.[name];
      if (known !== undefined) wrong.push(...violations(known, field, definitions, `${at}.${name}`));
      else if (schema.additionalProperties === false) wrong.push(`${at}.${name}: not described`);
    }
  }
  return wrong;
}

function isA(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

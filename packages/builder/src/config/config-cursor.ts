import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { ConfigErrorCode } from '../errors.js';
import type { ConfigDocument } from './config-document.js';

const LONGEST_QUOTE = 80;

/** Reads a value from its place; reports to the document and gives undefined if it is not right. */
export type ConfigReader<T> = (at: ConfigCursor) => T | undefined;

/** One place in a YAML document: a value that readers look at, with its path for errors. */
export class ConfigCursor {
  readonly #document: ConfigDocument;
  readonly #node: Node | null | undefined;
  readonly path: string;

  constructor(document: ConfigDocument, path: string, node: unknown) {
    this.#document = document;
    this.path = path;
    const found = node as Node | null | undefined;
    document.place(path, found?.range?.[0]);
    this.#node = isAlias(found) ? (found.resolve(document.yaml) as Node | undefined) : found;
  }

  get isNull(): boolean {
    return (
      this.#node === null || this.#node === undefined || (isScalar(this.#node) && this.#node.value === null)
    );
  }

  get isMapping(): boolean {
    return isMap(this.#node);
  }

  /** The value as plain JavaScript, for sections that nobody here looks into. */
  verbatim(): unknown {
    try {
      return this.#node?.toJS(this.#document.yaml) ?? null;
    } catch {
      return this.reject('a value without endless references', 'ERR_CONFIG_SYNTAX');
    }
  }

  /** Reports that something else was expected here. Always undefined. `secret` keeps the value out of the message. */
  reject(expected: string, code: ConfigErrorCode = 'ERR_CONFIG_INVALID_VALUE', secret = false): undefined {
    this.#document.add({ code, path: this.path, expected, found: this.describe(secret) });
    return undefined;
  }

  /** Reports that the key under which this value stands is not right. Always undefined. */
  rejectKey(expected: string, key: string, code: ConfigErrorCode = 'ERR_CONFIG_INVALID_VALUE'): undefined {
    this.#document.add({ code, path: this.path, expected, found: quote(key) });
    return undefined;
  }

  /** What is here, in a few words. */
  describe(secret = false): string {
    if (this.isNull) return 'nothing';
    if (isMap(this.#node)) return 'a mapping';
    if (isSeq(this.#node)) return `a list of ${this.#node.items.length}`;
    const text = String((this.#node as Scalar).value);
    if (secret) return `a value of ${text.length} characters`;
    return quote(text);
  }

  /**
   * The text here. An unquoted number or word is taken as it is written, so that `00000012` stays a hex text.
   */
  text(expected = 'a text', secret = false): string | undefined {
    if (!isScalar(this.#node) || this.isNull) return this.reject(expected, undefined, secret);
    const { value, source } = this.#node;
    return typeof value === 'string' ? value : (source ?? String(value));
  }

  /** The text here, read by `parse`, whose exception means that it is not right. */
  parsed<T>(expected: string, parse: (text: string) => T, secret = false): T | undefined {
    const text = this.text(expected, secret);
    if (text === undefined) return undefined;
    try {
      return parse(text);
    } catch {
      return this.reject(expected, undefined, secret);
    }
  }

  flag(): boolean | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    return typeof value === 'boolean' ? value : this.reject('true or false');
  }

  /** A whole number in the given range; the range of u64 ends at 2^53 - 1 here. */
  integer(minimum = 0, maximum = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value === 'bigint' && value >= minimum && value <= maximum) return Number(value);
    const bounds =
      maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    return this.reject(`a whole number ${bounds}`);
  }

  /** The items of the list here. */
  items(expected = 'a list'): ConfigCursor[] {
    if (!isSeq(this.#node)) return this.reject(expected) ?? [];
    return this.#node.items.map((item, i) => new ConfigCursor(this.#document, `${this.path}[${i}]`, item));
  }

  /** All values of the list here that `read` accepts. */
  list<T>(read: ConfigReader<T>, expected?: string): T[] {
    return this.items(expected).flatMap((item) => read(item) ?? []);
  }

  /** Key and place of each entry of the mapping here. */
  entries(expected = 'a mapping'): [string, ConfigCursor][] {
    if (!isMap(this.#node)) return this.reject(expected) ?? [];
    return this.#node.items.map((pair) => {
      const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : String(pair.key);
      const path = this.path === '' ? key : `${this.path}.${key}`;
      const at = new ConfigCursor(this.#document, path, pair.value);
      this.#document.place(path, isScalar(pair.key) ? pair.key.range?.[0] : undefined);
      return [key, at];
    });
  }

  /** The mapping here, field by field. Undefined (and reported) if it is none. */
  fields(expected = 'a mapping'): ConfigFields | undefined {
    if (!isMap(this.#node)) return this.reject(expected);
    return new ConfigFields(this.#document, this, new Map(this.entries()));
  }
}

/** The fields of one mapping. What {@link ConfigFields.finish} has not been asked for is unknown. */
export class ConfigFields {
  readonly #document: ConfigDocument;
  readonly #at: ConfigCursor;
  readonly #entries: ReadonlyMap<string, ConfigCursor>;
  readonly #known = new Set<string>();

  constructor(document: ConfigDocument, at: ConfigCursor, entries: ReadonlyMap<string, ConfigCursor>) {
    this.#document = document;
    this.#at = at;
    this.#entries = entries;
  }

  /** The field's place, if it is there at all. */
  find(name: string): ConfigCursor | undefined {
    this.#known.add(name);
    return this.#entries.get(name);
  }

  /** The field's value, or `fallback` where the field is absent or (reported) wrong. */
  or<T>(name: string, read: ConfigReader<T>, fallback: T): T {
    const at = this.find(name);
    return at === undefined ? fallback : (read(at) ?? fallback);
  }

  /** The field's value; undefined if it is absent, null or (reported) wrong. */
  optional<T>(name: string, read: ConfigReader<T>): T | undefined {
    const at = this.find(name);
    return at === undefined || at.isNull ? undefined : read(at);
  }

  /** The field's value; reports it if it is absent. */
  required<T>(name: string, read: ConfigReader<T>): T | undefined {
    const at = this.find(name);
    if (at !== undefined) return read(at);
    const path = this.#at.path === '' ? name : `${this.#at.path}.${name}`;
    this.#document.add({
      code: 'ERR_CONFIG_MISSING_FIELD',
      path,
      expected: 'this field is required',
    });
    return undefined;
  }

  /** Reports every field that was not asked for. */
  finish(): void {
    for (const [name, at] of this.#entries) {
      if (this.#known.has(name)) continue;
      this.#document.add({
        code: 'ERR_CONFIG_UNKNOWN_FIELD',
        path: at.path,
        expected: `unknown field, the fields here are ${[...this.#known].join(', ')}`,
      });
    }
  }
}

/** JSON leaves the control characters above ASCII as they are, and a terminal would obey them. */
function quote(text: string): string {
  const quoted = JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
  return quoted.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

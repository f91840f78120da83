import { LineCounter, parseDocument, type Document } from 'yaml';
import { ConfigError, throwIssues, type ConfigIssue } from '../errors.js';
import { ConfigCursor } from './config-cursor.js';

/**
 * A YAML text that is being read: collects what is wrong with it, and knows on which line each path stands,
 * so that checks made after reading can name the line too.
 */
export class ConfigDocument {
  readonly file: string | undefined;
  readonly issues: ConfigIssue[] = [];
  readonly #document: Document;
  readonly #lineCounter = new LineCounter();
  readonly #lines = new Map<string, number>();

  /** @throws ConfigError `ERR_CONFIG_SYNTAX` if `text` is not one YAML document */
  constructor(text: string, file?: string) {
    this.file = file;
    this.#document = parseDocument(text, {
      lineCounter: this.#lineCounter,
      intAsBigInt: true,
      prettyErrors: false,
      // Else the library warns through the process about some keys; what is wrong is told by errors.
      logLevel: 'error',
    });
    const [first, ...rest] = this.#document.errors.map((error): ConfigIssue => ({
      code: 'ERR_CONFIG_SYNTAX',
      path: '',
      line: this.#lineCounter.linePos(error.pos[0]).line,
      expected: `not valid YAML: ${error.message}`,
    }));
    if (first !== undefined) throw new ConfigError([first, ...rest], { file });
  }

  get root(): ConfigCursor {
    return new ConfigCursor(this, '', this.#document.contents);
  }

  get yaml(): Document {
    return this.#document;
  }

  /** Remembers that `path` stands at `offset`. */
  place(path: string, offset: number | undefined): void {
    // PeerIds in paths may be written in either case.
    if (offset !== undefined) this.#lines.set(path.toLowerCase(), this.#lineCounter.linePos(offset).line);
  }

  /** The line of `path`, or of the nearest enclosing path that is known. */
  lineOf(path: string): number | undefined {
    let known = path.toLowerCase();
    for (;;) {
      const line = this.#lines.get(known);
      if (line !== undefined || known === '') return line;
      const enclosing = known.replace(/(?:^|\.)[^.[\]]+$|\[\d+\]$/, '');
      // Keys may be anything, also what looks like no part of a path.
      known = enclosing === known ? '' : enclosing;
    }
  }

  add(issue: ConfigIssue): void {
    this.issues.push({ ...issue, line: issue.line ?? this.lineOf(issue.path) });
  }

  /** @throws ConfigError with all issues, in the order of the document, if there are any */
  finish(): void {
    const last = Number.POSITIVE_INFINITY;
    throwIssues(
      this.issues.toSorted((a, b) => (a.line ?? last) - (b.line ?? last)),
      this.file,
    );
  }
}

import { DiemNetError } from '@diemnet/types';

/** Codes of what can be wrong with a configuration. */
export type ConfigErrorCode =
  | 'ERR_CONFIG_READ'
  | 'ERR_CONFIG_WRITE'
  | 'ERR_CONFIG_SYNTAX'
  | 'ERR_CONFIG_UNKNOWN_FIELD'
  | 'ERR_CONFIG_MISSING_FIELD'
  | 'ERR_CONFIG_INVALID_VALUE'
  | 'ERR_CONFIG_CONFLICT'
  | 'ERR_CONFIG_DUPLICATE'
  | 'ERR_CONFIG_LISTEN_ADDRESS'
  | 'ERR_CONFIG_INVALID_SEED'
  | 'ERR_CONFIG_RATE_LIMIT';

/** One thing that is wrong with a configuration. */
export interface ConfigIssue {
  readonly code: ConfigErrorCode;
  /** Where in the document, e.g. `full_node_networks[0].listen_address`; empty for the whole. */
  readonly path: string;
  /** Line in the file, from 1, where it is known. */
  readonly line?: number | undefined;
  /** What would be right. */
  readonly expected: string;
  /** What is there instead; never a secret. */
  readonly found?: string | undefined;
}

/** Facts of a {@link ConfigError}. */
export interface ConfigErrorDetails {
  /** Name of the file, where there is one. */
  readonly file: string | undefined;
  /** Everything that is wrong, in the order of the document. */
  readonly issues: readonly ConfigIssue[];
}

/** One line of text for an issue: file, line, path, what was expected and what was found. */
export function formatConfigIssue(issue: ConfigIssue, file?: string): string {
  const place = [file, issue.line].filter((part) => part !== undefined).join(':');
  const what =
    issue.found === undefined ? issue.expected : `expected ${issue.expected}, found ${issue.found}`;
  return [place, issue.path, what].filter((part) => part !== '').join(': ');
}

/**
 * A configuration that cannot be used. `details.issues` has all that is wrong, the message has a line for each,
 * `code` is that of the first.
 */
export class ConfigError extends DiemNetError<ConfigErrorCode, ConfigErrorDetails> {
  constructor(
    issues: readonly [ConfigIssue, ...ConfigIssue[]],
    { file, cause }: { readonly file?: string | undefined; readonly cause?: unknown } = {},
  ) {
    const lines = issues.map((issue) => formatConfigIssue(issue, file));
    const message =
      lines.length === 1 ? (lines[0] as string) : `${lines.length} mistakes:\n  ${lines.join('\n  ')}`;
    super(issues[0].code, message, {
      details: { file, issues },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** Throws a {@link ConfigError} if there are issues. */
export function throwIssues(issues: readonly ConfigIssue[], file?: string): void {
  const [first, ...rest] = issues;
  if (first !== undefined) throw new ConfigError([first, ...rest], { file });
}

/** Codes of what can go wrong with a store of secrets, and with an identity that should come from it. */
export type StorageErrorCode =
  | 'ERR_STORAGE_KEY_NOT_SET'
  | 'ERR_STORAGE_PERMISSION'
  | 'ERR_STORAGE_UNAVAILABLE'
  | 'ERR_STORAGE_INVALID_VALUE'
  | 'ERR_STORAGE_TOKEN'
  | 'ERR_STORAGE_CERTIFICATE';

/** A store of secrets did not give what was asked of it. Messages name the key, never its value. */
export class StorageError extends DiemNetError<StorageErrorCode> {}

/** Codes of what can go wrong in assembling a network or node. */
export type BuilderErrorCode =
  | 'ERR_BUILDER_STATE'
  | 'ERR_BUILDER_NO_RECONFIGURATIONS'
  | 'ERR_BUILDER_STOP'
  | 'ERR_BUILDER_NODE_START'
  | 'ERR_BUILDER_NODE_STOP'
  | 'ERR_BUILDER_UNKNOWN_NETWORK'
  | 'ERR_BUILDER_ENDPOINT_ADDRESS';

/** A network or node could not be assembled, or was used in the wrong state. */
export class BuilderError extends DiemNetError<BuilderErrorCode> {}

import { DiemNetError } from '@diemnet/types';

/** Codes of what can be wrong with a configuration. */
export type ConfigErrorCode =
  /** The file cannot be read; the cause says why. */
  | 'ERR_CONFIG_READ'
  /** The file cannot be written; the cause says why. */
  | 'ERR_CONFIG_WRITE'
  /** The text is not one YAML document. */
  | 'ERR_CONFIG_SYNTAX'
  /** A field that does not exist here. */
  | 'ERR_CONFIG_UNKNOWN_FIELD'
  /** A field or section that is needed is not there. */
  | 'ERR_CONFIG_MISSING_FIELD'
  /** A value of the wrong type or out of range. */
  | 'ERR_CONFIG_INVALID_VALUE'
  /** Two fields that exclude each other, or a field that does not fit the role. */
  | 'ERR_CONFIG_CONFLICT'
  /** Something that may be there once is there twice. */
  | 'ERR_CONFIG_DUPLICATE'
  /** An address that cannot be listened on. */
  | 'ERR_CONFIG_LISTEN_ADDRESS'
  /** A seed with an address that cannot be dialed, or with neither keys nor addresses. */
  | 'ERR_CONFIG_INVALID_SEED'
  /** Numbers of which no rate limit can be made. */
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
  /** The store has no value under this name. */
  | 'ERR_STORAGE_KEY_NOT_SET'
  /** The store refuses to show the value. */
  | 'ERR_STORAGE_PERMISSION'
  /** The store cannot be reached or read, or does not answer in time. */
  | 'ERR_STORAGE_UNAVAILABLE'
  /** The value is not of the kind that is needed. */
  | 'ERR_STORAGE_INVALID_VALUE'
  /** The token for the store cannot be read. */
  | 'ERR_STORAGE_TOKEN'
  /** Others than its owner can read or change a key file. */
  | 'ERR_STORAGE_KEY_FILE_MODE'
  /** The certificate for the store cannot be read. */
  | 'ERR_STORAGE_CERTIFICATE';

/** A store of secrets did not give what was asked of it. Messages name the key, never its value. */
export class StorageError extends DiemNetError<StorageErrorCode> {}

/** Codes of what can go wrong in assembling a network or node. */
export type BuilderErrorCode =
  /** A step out of order or repeated, e.g. registering after building. */
  | 'ERR_BUILDER_STATE'
  /** On-chain discovery is configured and nobody gave a source of reconfigurations. */
  | 'ERR_BUILDER_NO_RECONFIGURATIONS'
  /** Parts of a network failed to stop; the cause has all their errors. */
  | 'ERR_BUILDER_STOP'
  /** The overlap of a key rotation is not a time. */
  | 'ERR_BUILDER_OVERLAP'
  /** A network of the node could not start; all others were stopped. */
  | 'ERR_BUILDER_NODE_START'
  /** Networks of the node failed to stop; the cause has all their errors. */
  | 'ERR_BUILDER_NODE_STOP'
  /** The node has no such network. */
  | 'ERR_BUILDER_UNKNOWN_NETWORK'
  /** The address to check cannot be dialed. */
  | 'ERR_BUILDER_ENDPOINT_ADDRESS';

/** A network or node could not be assembled, or was used in the wrong state. */
export class BuilderError extends DiemNetError<BuilderErrorCode> {}

import { Option, type Command } from 'commander';
import { getJson } from '@diemnet/inspector';
import { UsageError } from '../exit.js';
import type { Terminal } from '../terminal.js';
import { readTokenFile } from './token-file.js';

/** Where to ask, and as whom. */
export interface AdminFlags {
  readonly admin: string;
  readonly tokenFile?: string;
}

/** Where a node's administrative server listens unless something else is said. */
const DEFAULT_ADMIN_URL = 'http://127.0.0.1:9101';

/** The options that commands need that ask a running node. */
export function addAdminOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--admin <url>', "the node's administrative server")
        .env('DIEMNET_ADMIN')
        .default(DEFAULT_ADMIN_URL),
    )
    .addOption(
      new Option('--token-file <file>', 'the token that it asks for').env('DIEMNET_ADMIN_TOKEN_FILE'),
    );
}

/** Asks the administrative server. @throws UsageError for a wrong URL; InspectorError if it does not answer */
export async function askAdmin(flags: AdminFlags, path: string): Promise<unknown> {
  const base = /^https?:\/\//.test(flags.admin) ? flags.admin : `http://${flags.admin}`;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(flags.admin)?.[1] ?? 'http';
  if (!URL.canParse(base) || scheme !== 'http') {
    throw new UsageError(`--admin: "${flags.admin}" is not an http URL`);
  }
  const token = flags.tokenFile === undefined ? undefined : await readTokenFile(flags.tokenFile);
  return getJson(new URL(path, base), { token });
}

/** A table with columns as wide as they need to be. */
export function printTable(terminal: Terminal, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows) {
    terminal.out(
      `${row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

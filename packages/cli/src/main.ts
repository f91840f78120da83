import { Command, CommanderError } from 'commander';
import { isDiemNetError } from '@diemnet/types';
import packageJson from '../package.json' with { type: 'json' };
import { addAddressCommand } from './commands/address.js';
import { addExplainCommand } from './commands/explain.js';
import { addCheckEndpointCommand } from './commands/check-endpoint.js';
import { addCompletionCommand } from './commands/completion.js';
import { addConfigCommand } from './commands/config.js';
import { addInspectCommand } from './commands/inspect.js';
import { addKeysCommand } from './commands/keys.js';
import { addNodeCommand } from './commands/node.js';
import { addPeersCommand } from './commands/peers.js';
import { addPingCommand } from './commands/ping.js';
import { addReconfigureCommand } from './commands/reconfigure.js';
import { addTestnetCommand } from './commands/testnet.js';
import { addValidatorSetCommand } from './commands/validator-set.js';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './exit.js';
import { processTerminal, type Terminal } from './terminal.js';

const WRONG_INPUT = /^ERR_(USAGE|CONFIG_|RECORDING$)/;

/** Runs `diemnet` with these arguments. Resolves with the exit code and never throws. */
export async function main(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let code = EXIT_OK;
  const program = createProgram(terminal, (result) => (code = result));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    terminal.err(`diemnet: ${oneLine(error)}\n`);
    return isWrongInput(error) ? EXIT_USAGE : EXIT_FAILED;
  }
}

function createProgram(terminal: Terminal, finish: (code: number) => void): Command {
  const program = new Command('diemnet')
    .description('Run DiemNet nodes and local networks, make identities, inspect addresses.')
    .version(packageJson.version)
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      // In one line, as all our errors are.
      outputError(text, write) {
        const message = text
          .trim()
          .replace(/^error: /, '')
          .replaceAll(/\.?\s*\n\s*/g, '; ')
          .replace(/\.$/, '');
        write(`diemnet: ${message}; --help says what is possible\n`);
      },
    })
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 done, 1 the work failed, 2 wrong input.');
  addNodeCommand(program, terminal, finish);
  addTestnetCommand(program, terminal, finish);
  addReconfigureCommand(program, terminal, finish);
  addPeersCommand(program, terminal, finish);
  addExplainCommand(program, terminal, finish);
  addInspectCommand(program, terminal, finish);
  addConfigCommand(program, terminal, finish);
  addCheckEndpointCommand(program, terminal, finish);
  addPingCommand(program, terminal, finish);
  addKeysCommand(program, terminal, finish);
  addAddressCommand(program, terminal, finish);
  addValidatorSetCommand(program, terminal, finish);
  addCompletionCommand(program, terminal, finish);
  for (const command of allCommands(program)) {
    command.exitOverride().copyInheritedSettings(program);
  }
  return program;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

function isWrongInput(error: unknown): boolean {
  if (!isDiemNetError(error)) return false;
  const details = (error.details ?? {}) as Readonly<Record<string, unknown>>;
  // A key file or variable of ours that cannot be used is wrong input; a storage somewhere else that fails is not.
  return WRONG_INPUT.test(error.code) || 'keyFile' in details || 'variable' in details;
}

/** The error and what led to it, each said once, on one line. */
function oneLine(error: unknown): string {
  const said: string[] = [];
  for (let next: unknown = error; next instanceof Error; next = next.cause) {
    const { message } = next;
    const { code } = next as { code?: unknown };
    // "cannot be read (ENOENT)" says it all.
    const known = said.some((text) => text.includes(message) || text.includes(`(${String(code)})`));
    if (message !== '' && !known) said.push(message);
  }
  const text = said.length === 0 ? String(error) : said.join(': ');
  return text.replaceAll(/\s*\n\s*/g, '; ');
}

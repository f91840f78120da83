import path from 'node:path';
import { Argument, type Command } from 'commander';
import { EXIT_OK } from '../exit.js';
import type { Terminal } from '../terminal.js';
import { RECONFIGURATIONS, requestReconfiguration, type Reconfiguration } from '../testnet/control.js';

/** `diemnet reconfigure`: changes the validator set of a running testnet. */
export function addReconfigureCommand(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  program
    .command('reconfigure')
    .summary('rotate, remove or add a validator of a running testnet')
    .description(
      'Changes the validator set of the testnet that runs in a folder: "rotate" gives a validator a new key,\n' +
        '"remove" takes it out of the set, "add" brings in a new one. The mesh follows within an interval.',
    )
    .addArgument(new Argument('<action>', 'what to do').choices(RECONFIGURATIONS))
    .argument('[node]', 'the validator, e.g. validator-1 (not for "add")')
    .requiredOption('--dir <folder>', 'the folder of the testnet, as given to "diemnet testnet --dir"')
    .option('--json', 'print one JSON object')
    .action(
      async (action: Reconfiguration, node: string | undefined, flags: { dir: string; json?: boolean }) => {
        const done = await requestReconfiguration(path.resolve(flags.dir), action, node);
        terminal.out(flags.json === true ? `${JSON.stringify({ action, done })}\n` : `${done}\n`);
        finish(EXIT_OK);
      },
    );
}

import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { formatConfigIssue } from '@diemnet/builder';
import { parseNetworkAddress } from '@diemnet/network-address';
import {
  PUBLIC_NETWORK,
  VALIDATOR_NETWORK,
  type ChainId,
  type NetworkAddress,
  type NetworkId,
  type RoleType,
} from '@diemnet/types';
import { checkConfig, type ConfigReport } from '../config/check-config.js';
import { createConfig } from '../config/new-config.js';
import { EXIT_OK, EXIT_USAGE, UsageError } from '../exit.js';
import { addressValue, chainValue, collected, endpointValue, networkValue } from '../option-values.js';
import { painter, type Terminal } from '../terminal.js';

interface InitFlags {
  readonly role: 'validator' | 'full-node';
  readonly network?: NetworkId;
  readonly chainId: ChainId;
  readonly listen: NetworkAddress;
  readonly seed?: readonly NetworkAddress[];
  readonly out: string;
  readonly json?: boolean;
}

/** `diemnet config`: configurations of nodes. */
export function addConfigCommand(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const config = program
    .command('config')
    .summary('make and check configurations')
    .description('Makes and checks configurations of nodes.');
  addInit(config, terminal, finish);
  addCheck(config, terminal, finish);
}

function addInit(config: Command, terminal: Terminal, finish: (code: number) => void): void {
  config
    .command('init')
    .summary('write a commented configuration with a fresh identity')
    .description(
      'Writes a commented configuration with one network and a fresh identity, whose private key goes into a file of\n' +
        'its own beside it, readable by you alone. Overwrites nothing.',
    )
    .addOption(
      new Option('--role <role>', 'what the node is')
        .choices(['validator', 'full-node'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--network <network>',
        'public or the name of a private network; of a validator: validator',
      ).argParser(networkValue),
    )
    .addOption(
      new Option('--chain-id <chain>', 'the chain, by name or number')
        .argParser(chainValue)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--listen <address>', 'where to listen')
        .argParser(addressValue)
        .default(parseNetworkAddress('/ip4/0.0.0.0/tcp/6180')),
    )
    .addOption(
      new Option(
        '--seed <address>',
        'a peer to connect to, as it announces itself; may be given several times',
      ).argParser(collected(endpointValue)),
    )
    .option('--out <file>', 'where to write', 'node.yaml')
    .option('--json', 'print one JSON object')
    .action(async (flags: InitFlags) => {
      const file = path.resolve(flags.out);
      const role: RoleType = flags.role === 'validator' ? 'validator' : 'full_node';
      const { yaml, identity } = createConfig({
        role,
        network: flags.network ?? (role === 'validator' ? VALIDATOR_NETWORK : PUBLIC_NETWORK),
        chainId: flags.chainId,
        listenAddress: flags.listen,
        seeds: flags.seed ?? [],
        file,
      });
      await mkdir(path.dirname(file), { recursive: true }).catch(() => {});
      await writeNew(file, yaml, 0o644);
      await writeNew(identity.keyFile, `${identity.keyPair.privateKey.exposeHex()}\n`, 0o600).catch(
        async (error: unknown) => {
          await rm(file);
          throw error;
        },
      );
      const { publicKey } = identity.keyPair;
      const suffix = `/ln-noise-ik/${publicKey}/ln-handshake/0`;
      terminal.out(
        flags.json === true
          ? `${JSON.stringify({ file, keyFile: identity.keyFile, network: identity.network, peerId: identity.peerId, publicKey, announces: `${flags.listen}${suffix}` })}\n`
          : `wrote ${file} and ${identity.keyFile}\n` +
              `PeerId:     ${identity.peerId}\npublic key: ${publicKey}\n` +
              `others dial it at ${reachable(flags.listen)}${suffix}\n`,
      );
      finish(EXIT_OK);
    });
}

/** A wildcard is nothing that others can dial. */
function reachable(listen: NetworkAddress): string {
  return listen.replace(/^\/(ip[46])\/(?:0\.0\.0\.0|::)(?=\/)/, '/$1/<its IP address>');
}

function addCheck(config: Command, terminal: Terminal, finish: (code: number) => void): void {
  config
    .command('check')
    .summary('find all that is wrong with a configuration')
    .description(
      'Reads a configuration as "diemnet node" would, with the keys it names, and says all that is wrong.',
    )
    .argument('<file>', 'the NodeConfig, in YAML')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit codes: 0 nothing is wrong (there may be warnings), 2 something is.')
    .action(async (file: string, flags: { json?: boolean }) => {
      const report = await checkConfig(file, terminal.env);
      if (flags.json === true) terminal.out(`${JSON.stringify(report)}\n`);
      else describe(report, terminal);
      finish(report.ok ? EXIT_OK : EXIT_USAGE);
    });
}

function describe({ file, ok, issues, warnings, role, networks }: ConfigReport, terminal: Terminal): void {
  const paint = painter(terminal.colours);
  for (const issue of issues) terminal.err(`${paint('red', 'error')}: ${formatConfigIssue(issue, file)}\n`);
  for (const { path: at, line, message } of warnings) {
    terminal.err(
      `${paint('bold', 'warning')}: ${line === undefined ? file : `${file}:${line}`}: ${at}: ${message}\n`,
    );
  }
  if (!ok) {
    terminal.err(`${issues.length === 1 ? '1 mistake' : `${issues.length} mistakes`}\n`);
    return;
  }
  terminal.out(`${paint('green', 'ok')}: ${file}, a ${role === 'validator' ? 'validator' : 'full node'}\n`);
  for (const network of networks) {
    const admits = network.mutualAuthentication ? 'trusted peers only' : 'anybody';
    const found = network.discovery.length === 0 ? 'no discovery' : network.discovery.join(', ');
    terminal.out(
      `${network.network}: ${network.peerId ?? 'a PeerId from storage'} listens on ${network.listenAddress}, ` +
        `admits ${admits}, ${network.seeds} seeds, ${found}\n`,
    );
  }
}

/** @throws UsageError if there is such a file, or it cannot be written */
async function writeNew(file: string, text: string, mode: number): Promise<void> {
  try {
    const handle = await open(file, 'wx', mode);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'EEXIST'
        ? `${file} is there already and is not overwritten: choose another --out, or move it away`
        : `${file} cannot be written (${code ?? 'unknown reason'})`,
      { cause },
    );
  }
}

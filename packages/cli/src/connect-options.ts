import { Argument, Option, type Command } from 'commander';
import { readKeyFile, readKeyVariable } from '@diemnet/builder';
import {
  PUBLIC_NETWORK,
  isDiemNetError,
  type ChainId,
  type NetworkAddress,
  type NetworkId,
  type X25519PrivateKey,
} from '@diemnet/types';
import { UsageError } from './exit.js';
import { chainValue, endpointValue, networkValue, secondsValue } from './option-values.js';

/** The environment variable that can hold the private key. */
const PRIVATE_KEY_VARIABLE = 'DIEMNET_PRIVATE_KEY';

/** What every command that connects to an endpoint is told. */
export interface ConnectFlags {
  readonly network: NetworkId;
  readonly chainId: ChainId;
  readonly privateKeyFile?: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

/** Adds the address and the options of {@link ConnectFlags}. */
export function addConnectOptions(command: Command): Command {
  return command
    .addArgument(
      new Argument(
        '<address>',
        'e.g. /ip4/10.0.0.61/tcp/6180/ln-noise-ik/<public key>/ln-handshake/0',
      ).argParser<NetworkAddress>(endpointValue),
    )
    .addOption(
      new Option('--network <network>', 'validator, public or the name of a private network')
        .argParser(networkValue)
        .default(PUBLIC_NETWORK, 'public'),
    )
    .addOption(
      new Option('--chain-id <chain>', 'the chain, by name or number')
        .argParser(chainValue)
        .makeOptionMandatory(),
    )
    .option(
      '--private-key-file <file>',
      `our private key, of 64 hex digits; else ${PRIVATE_KEY_VARIABLE} of the environment`,
    )
    .addOption(
      new Option('--timeout <seconds>', 'for one attempt').argParser(secondsValue).default(5000, '5'),
    )
    .option('--json', 'print one JSON object');
}

/** The key of `--private-key-file` or the environment, if there is one. @throws UsageError */
export async function privateKeyOf(
  { privateKeyFile }: Pick<ConnectFlags, 'privateKeyFile'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<X25519PrivateKey | undefined> {
  try {
    if (privateKeyFile !== undefined) return await readKeyFile(privateKeyFile);
    return env[PRIVATE_KEY_VARIABLE] === undefined ? undefined : readKeyVariable(PRIVATE_KEY_VARIABLE, env);
  } catch (cause) {
    throw isDiemNetError(cause) ? new UsageError(cause.message, { cause }) : cause;
  }
}

import { writeFile } from 'node:fs/promises';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import {
  decodeEncryptedNetworkAddressList,
  decryptAddressList,
  encryptAddressList,
} from '@diemnet/network-address';
import {
  bytesToHex,
  hexToBytes,
  isDiemNetError,
  peerIdFromHex,
  type NetworkAddress,
  type PeerId,
} from '@diemnet/types';
import { EXIT_FAILED, EXIT_OK, UsageError } from '../exit.js';
import { addressValue, collected } from '../option-values.js';
import type { Terminal } from '../terminal.js';
import { readAddressKeys, readJson, readPayload } from '../validator-set/files.js';
import { validatorSetFromJson, validatorSetToJson } from '../validator-set/validator-set-json.js';

interface CryptFlags {
  readonly account: PeerId;
  readonly keys: string;
  readonly json?: boolean;
}

type Finish = (code: number) => void;

/** `diemnet validator-set`: payloads and addresses of on-chain discovery. */
export function addValidatorSetCommand(program: Command, terminal: Terminal, finish: Finish): void {
  const set = program
    .command('validator-set')
    .summary('payloads and addresses of on-chain discovery')
    .description(
      'Converts validator sets as a reconfiguration carries them (BCS) to JSON and back, and encrypts addresses of\n' +
        'validators as they are published.',
    );
  addDecode(set, terminal, finish);
  addEncode(set, terminal, finish);
  addEncrypt(set, terminal, finish);
  addDecrypt(set, terminal, finish);
}

function addDecode(set: Command, terminal: Terminal, finish: Finish): void {
  set
    .command('decode')
    .summary('BCS to JSON')
    .argument('<file>', 'the payload, as bytes or hex; "-" for standard input')
    .addOption(keysOption('decrypt addresses of validators with these keys'))
    .option('--json', 'on one line')
    .action(async (file: string, flags: { keys?: string; json?: boolean }) => {
      const keys = flags.keys === undefined ? undefined : await readAddressKeys(flags.keys);
      const value = validatorSetToJson(await readPayload(file), keys);
      terminal.out(`${JSON.stringify(value, undefined, flags.json === true ? undefined : 2)}\n`);
      finish(EXIT_OK);
    });
}

function addEncode(set: Command, terminal: Terminal, finish: Finish): void {
  set
    .command('encode')
    .summary('JSON to BCS')
    .argument('<file>', 'JSON as "decode" prints it; "-" for standard input')
    .addOption(keysOption('encrypt addresses that are texts with the current one of these keys'))
    .addOption(seqNumOption())
    .option('--out <file>', 'write the bytes there instead of printing them as hex')
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: { keys?: string; seqNum?: bigint; out?: string; json?: boolean }) => {
      const { keys: keysFile, seqNum } = flags;
      if ((keysFile === undefined) !== (seqNum === undefined)) {
        throw new UsageError('--keys and --seq-num belong together');
      }
      const encryption =
        keysFile === undefined || seqNum === undefined
          ? undefined
          : { keys: await readAddressKeys(keysFile), seqNum };
      const bytes = validatorSetFromJson(await readJson(file), encryption);
      if (flags.out !== undefined) await writeOutput(flags.out, bytes);
      if (flags.json === true) {
        terminal.out(`${JSON.stringify({ bytes: bytes.length, bcs: bytesToHex(bytes) })}\n`);
      } else if (flags.out === undefined) {
        terminal.out(`${bytesToHex(bytes)}\n`);
      }
      finish(EXIT_OK);
    });
}

function addEncrypt(set: Command, terminal: Terminal, finish: Finish): void {
  set
    .command('encrypt')
    .summary('encrypt the addresses of a validator')
    .addArgument(
      new Argument('<address...>', 'network addresses, in order').argParser(collected(addressValue)),
    )
    .addOption(accountOption())
    .addOption(keysOption('the shared keys').makeOptionMandatory())
    .addOption(seqNumOption().makeOptionMandatory())
    .option('--json', 'print one JSON object')
    .action(async (addresses: readonly NetworkAddress[], flags: CryptFlags & { seqNum: bigint }) => {
      const keys = await readAddressKeys(flags.keys);
      const { account, seqNum } = flags;
      const bcs = bytesToHex(encryptAddressList(keys, { addresses, account, seqNum }));
      terminal.out(flags.json === true ? `${JSON.stringify({ account, bcs })}\n` : `${bcs}\n`);
      finish(EXIT_OK);
    });
}

function addDecrypt(set: Command, terminal: Terminal, finish: Finish): void {
  set
    .command('decrypt')
    .summary('decrypt the addresses of a validator')
    .argument('<hex>', 'the list as it stands on chain, in hex')
    .addOption(accountOption())
    .addOption(keysOption('the shared keys').makeOptionMandatory())
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit codes: 0 everything was readable, 1 something was not, 2 wrong input.')
    .action(async (hex: string, flags: CryptFlags) => {
      const keys = await readAddressKeys(flags.keys);
      const { account } = flags;
      const { total, addresses, failures } = decrypt(hex, () => {
        const bytes = hexToBytes(hex.toLowerCase());
        return {
          total: decodeEncryptedNetworkAddressList(bytes).length,
          ...decryptAddressList(keys, { bytes, account }),
        };
      });
      const problems = failures.map(({ error }) => (error instanceof Error ? error.message : String(error)));
      if (flags.json === true) terminal.out(`${JSON.stringify({ account, total, addresses, problems })}\n`);
      else {
        for (const address of addresses) terminal.out(`${address}\n`);
        for (const problem of problems) terminal.err(`${problem}\n`);
      }
      finish(problems.length === 0 ? EXIT_OK : EXIT_FAILED);
    });
}

function decrypt<T>(hex: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isDiemNetError(cause)) throw cause;
    throw new UsageError(`not a list of encrypted addresses (${hex.length} characters): ${cause.message}`, {
      cause,
    });
  }
}

function keysOption(description: string): Option {
  return new Option(
    '--keys <file>',
    `${description}: JSON {"keys": {"<version>": "<base64>"}, "current": <version>}, or "test"`,
  );
}

function accountOption(): Option {
  return new Option('--account <PeerId>', "the validator's account")
    .makeOptionMandatory()
    .argParser((text) => {
      try {
        return peerIdFromHex(text);
      } catch {
        throw new InvalidArgumentError('expected 32 hexadecimal digits.');
      }
    });
}

function seqNumOption(): Option {
  return new Option(
    '--seq-num <n>',
    'number of this publication: never the same twice for an account and key, or the encryption falls apart',
  ).argParser((text) => {
    if (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return BigInt(text);
    throw new InvalidArgumentError('expected a whole number of 64 bits.');
  });
}

async function writeOutput(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new UsageError(`${file} cannot be written (${why})`, { cause });
  }
}

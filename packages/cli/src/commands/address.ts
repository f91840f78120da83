import type { Command } from 'commander';
import {
  addressProtocols,
  decodeNetworkAddress,
  encodeNetworkAddress,
  isDiemNetAddress,
  parseNetworkAddress,
} from '@diemnet/network-address';
import { bytesToHex, hexToBytes, peerIdFromPublicKey, type NetworkAddress } from '@diemnet/types';
import { EXIT_OK, UsageError } from '../exit.js';
import type { Terminal } from '../terminal.js';

/** `diemnet address`: a network address taken apart, in both forms. */
export function addAddressCommand(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  program
    .command('address')
    .summary('show a network address taken apart')
    .description('Takes a network address apart. Reads its text (starting with "/") or its BCS bytes in hex.')
    .argument('<address>', 'e.g. /ip4/10.0.0.16/tcp/80 or 0902000a000010055000')
    .option('--json', 'print one JSON object')
    .action((text: string, flags: { json?: boolean }) => {
      const address = readAddress(text);
      const protocols = addressProtocols(address);
      const key = protocols.find((protocol) => protocol.type === 'ln-noise-ik');
      const peerId = key === undefined ? undefined : peerIdFromPublicKey(key.value);
      const bcs = bytesToHex(encodeNetworkAddress(address));
      const dialable = isDiemNetAddress(address);
      if (flags.json === true) {
        terminal.out(
          `${JSON.stringify({ text: address, bcs, dialable, derivedPeerId: peerId ?? null, protocols })}\n`,
        );
      } else {
        terminal.out(`text: ${address}\nBCS:  ${bcs}\n`);
        for (const { type, value } of protocols) terminal.out(`  ${type.padEnd(12)} ${value}\n`);
        if (peerId !== undefined) terminal.out(`PeerId derived from the key: ${peerId}\n`);
        terminal.out(dialable ? 'a complete DiemNet address\n' : 'not a complete DiemNet address\n');
      }
      finish(EXIT_OK);
    });
}

function readAddress(text: string): NetworkAddress {
  try {
    return text.startsWith('/') ? parseNetworkAddress(text) : decodeNetworkAddress(hexToBytes(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`not a network address: ${reason}`, { cause });
  }
}

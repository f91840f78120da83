import type { Command } from 'commander';
import { generateKeyPair } from '@diemnet/noise';
import { peerIdFromPublicKey } from '@diemnet/types';
import { EXIT_OK } from '../exit.js';
import type { Terminal } from '../terminal.js';

/** `diemnet keys`: identities. */
export function addKeysCommand(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const keys = program.command('keys').summary('make identities').description('Makes identities.');
  keys
    .command('generate')
    .summary('print a new X25519 key pair and its PeerId')
    .description(
      'Prints a new X25519 key pair and the PeerId that derives from it. Keep the private key secret.',
    )
    .option('--json', 'print one JSON object')
    .action((flags: { json?: boolean }) => {
      const { publicKey, privateKey } = generateKeyPair();
      const peerId = peerIdFromPublicKey(publicKey);
      terminal.out(
        flags.json === true
          ? `${JSON.stringify({ privateKey: privateKey.exposeHex(), publicKey, peerId })}\n`
          : `private key: ${privateKey.exposeHex()}\npublic key:  ${publicKey}\nPeerId:      ${peerId}\n`,
      );
      finish(EXIT_OK);
    });
}

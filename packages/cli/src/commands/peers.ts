import type { Command } from 'commander';
import type { PeerSnapshot } from '@diemnet/inspector';
import { addAdminOptions, askAdmin, printTable, type AdminFlags } from '../admin/ask.js';
import { EXIT_OK } from '../exit.js';
import type { Terminal } from '../terminal.js';

interface Answer {
  readonly peers: readonly (PeerSnapshot & { readonly node: string; readonly network: string })[];
  readonly unavailable: readonly string[];
}

/** `diemnet peers`: the connections of a running node. */
export function addPeersCommand(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  addAdminOptions(program.command('peers'))
    .summary('list the connections of a running node')
    .description('Asks the administrative server of a running node, or of a testnet, for its connections.')
    .option('--json', 'print the answer as one JSON object')
    .addHelpText('after', '\nExit codes: 0 answered, 1 the node cannot be asked, 2 wrong input.')
    .action(async (flags: AdminFlags & { json?: boolean }) => {
      const answer = (await askAdmin(flags, '/v1/peers')) as Answer;
      if (flags.json === true) terminal.out(`${JSON.stringify(answer)}\n`);
      else print(answer, terminal);
      finish(EXIT_OK);
    });
}

function print({ peers, unavailable }: Answer, terminal: Terminal): void {
  for (const node of unavailable) terminal.err(`${node} does not answer\n`);
  if (peers.length === 0) {
    terminal.out('no connection stands\n');
    return;
  }
  const head = ['NODE', 'NETWORK', 'PEER', 'ORIGIN', 'ROLE', 'ROUND TRIP', 'IN', 'OUT', 'QUEUED', 'ADDRESS'];
  printTable(terminal, [
    head,
    ...peers.map((peer) => [
      peer.node,
      peer.network,
      peer.peerId,
      peer.origin,
      peer.role,
      peer.roundTripMs === null ? '-' : `${peer.roundTripMs.toFixed(2)} ms`,
      `${peer.bytesIn} B`,
      `${peer.bytesOut} B`,
      `${peer.queuedBytes} B`,
      peer.address,
    ]),
  ]);
}

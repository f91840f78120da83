import type { Command } from 'commander';
import type { PeerExplanationSnapshot } from '@diemnet/inspector';
import { isDiemNetError, peerIdFromHex } from '@diemnet/types';
import { addAdminOptions, askAdmin, type AdminFlags } from '../admin/ask.js';
import { EXIT_OK, UsageError } from '../exit.js';
import type { Terminal } from '../terminal.js';

interface Answer {
  readonly peerId: string;
  readonly explanations: readonly PeerExplanationSnapshot[];
}

/** `diemnet explain`: why a running node is connected to a peer, or not. */
export function addExplainCommand(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  addAdminOptions(program.command('explain'))
    .summary('say why a running node is connected to a peer, or not')
    .description(
      'Asks a running node about a peer: which sources name it, its keys and addresses, whether it is trusted and\n' +
        'dialed, when the next attempt comes, and where and why the last one failed.',
    )
    .argument('<peer>', 'the PeerId, 32 hexadecimal digits')
    .option('--json', 'print the answer as one JSON object')
    .addHelpText('after', '\nExit codes: 0 answered, 1 the node cannot be asked, 2 wrong input.')
    .action(async (peer: string, flags: AdminFlags & { json?: boolean }) => {
      const answer = (await askAdmin(flags, `/v1/peers/${readPeerId(peer)}/explain`)) as Answer;
      if (flags.json === true) terminal.out(`${JSON.stringify(answer)}\n`);
      else for (const explanation of relevant(answer.explanations)) print(explanation, terminal);
      finish(EXIT_OK);
    });
}

/** Those that know something; all of them if none does. */
function relevant(explanations: readonly PeerExplanationSnapshot[]): readonly PeerExplanationSnapshot[] {
  const knowing = explanations.filter(
    ({ sources, connection, recentFailures }) =>
      sources.length > 0 || connection !== null || recentFailures.length > 0,
  );
  return knowing.length > 0 ? knowing : explanations;
}

function readPeerId(text: string): string {
  try {
    return peerIdFromHex(text);
  } catch (cause) {
    if (isDiemNetError(cause)) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}

function print(explanation: PeerExplanationSnapshot, terminal: Terminal): void {
  const { node, network, summary, facts, addresses, dial, recentFailures } = explanation;
  const at = (unixMs: number) => new Date(unixMs).toISOString();
  const failure = dial.lastFailure;
  const lines = [
    `${node}, network ${network}: ${summary}`,
    ...facts,
    ...addresses.map(({ address, dialable }) => `${address}${dialable ? '' : ' (cannot be dialed)'}`),
    ...(failure === null ? [] : [`last failed dial: ${at(failure.atUnixMs)} ${failure.message}`]),
    ...recentFailures.map(
      (event) =>
        `failed ${event.origin} handshake: ${at(event.atUnixMs)} ${event.failedStage}: ${event.reason} (${event.likelyCause})`,
    ),
  ];
  terminal.out(`${lines.join('\n  ')}\n`);
}

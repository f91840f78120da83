import type { Command } from 'commander';
import { diagnoseEndpoint, type EndpointDiagnosis } from '@diemnet/builder';
import { errorCode, type NetworkAddress } from '@diemnet/types';
import { addConnectOptions, privateKeyOf, type ConnectFlags } from '../connect-options.js';
import { EXIT_FAILED, EXIT_OK } from '../exit.js';
import { painter, type Terminal } from '../terminal.js';

interface CheckFlags extends ConnectFlags {
  readonly handshake: boolean;
}

/** `diemnet check-endpoint`: whether an address works, and if not, where and why. */
export function addCheckEndpointCommand(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  addConnectOptions(
    program
      .command('check-endpoint')
      .summary('test one address from outside')
      .description(
        'Connects to an address, goes through Noise and the version handshake, and hangs up. Says whether that\n' +
          'works, and if not, in which stage it ended, on whose side, and why.',
      ),
  )
    .option('--no-handshake', 'send garbage instead and see whether it is refused; needs no key')
    .addHelpText('after', '\nExit codes: 0 the endpoint works, 1 it does not, 2 wrong input.')
    .action(async (address: NetworkAddress, flags: CheckFlags) => {
      const privateKey = await privateKeyOf(flags, terminal.env);
      const diagnosis = await diagnoseEndpoint({
        address,
        chainId: flags.chainId,
        networkId: flags.network,
        timeoutMs: flags.timeout,
        noHandshake: !flags.handshake,
        privateKey,
      });
      terminal.out(
        flags.json === true
          ? `${JSON.stringify(toJson(address, diagnosis))}\n`
          : describe(address, diagnosis, terminal),
      );
      finish(diagnosis.ok ? EXIT_OK : EXIT_FAILED);
    });
}

function toJson(address: NetworkAddress, { check, ...verdict }: EndpointDiagnosis): Record<string, unknown> {
  const common = { address, ...verdict };
  if (check.outcome === 'failed') {
    const { error } = check;
    const message = error instanceof Error ? error.message : String(error);
    return { ...common, error: { code: errorCode(error), message } };
  }
  if (check.outcome === 'refused') return common;
  const { remotePeerId, remotePublicKey, messagingVersion, applicationProtocols } = check.metadata;
  return {
    ...common,
    peer: remotePeerId,
    publicKey: remotePublicKey,
    messagingVersion,
    protocols: applicationProtocols.toIds(),
  };
}

function describe(
  address: NetworkAddress,
  { check, ok, kind, stage, side, explanation, advice }: EndpointDiagnosis,
  terminal: Terminal,
): string {
  const paint = painter(terminal.colours);
  const lines = [`${ok ? paint('green', 'ok') : paint('red', `failed: ${kind}`)}  ${address}`, explanation];
  if (!ok && stage !== undefined) lines.push(`stage: ${stage}${side === undefined ? '' : `, side: ${side}`}`);
  if (advice !== undefined) lines.push(`advice: ${advice}`);
  if (check.outcome === 'connected') {
    const { remotePeerId, applicationProtocols } = check.metadata;
    lines.push(`peer: ${remotePeerId}`, `protocols: ${applicationProtocols.toIds().join(' ')}`);
  }
  if (check.outcome === 'failed' && check.error instanceof Error) lines.push(`error: ${check.error.message}`);
  return `${lines.join('\n  ')}\n`;
}

import { Option, type Command } from 'commander';
import { errorCode, systemRng, systemTime, type DiemNetError, type NetworkAddress } from '@diemnet/types';
import { addConnectOptions, privateKeyOf, type ConnectFlags } from '../connect-options.js';
import { CommandFailedError, EXIT_FAILED, EXIT_OK } from '../exit.js';
import { countValue, secondsValue } from '../option-values.js';
import { pingEndpoint } from '../ping/ping-endpoint.js';
import { round, type PingStatistics } from '../ping/ping-statistics.js';
import { untilInterrupted, type Terminal } from '../terminal.js';

interface PingFlags extends ConnectFlags {
  readonly count: number;
  /** Milliseconds. */
  readonly interval: number;
}

/** `diemnet ping`: round trips to a node. */
export function addPingCommand(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  addConnectOptions(
    program
      .command('ping')
      .summary('measure round trips to a node')
      .description(
        'Connects once and pings with the protocol of the health checker, which every DiemNet node answers.\n' +
          'The node must admit our key: strangers on public networks, trusted keys elsewhere.',
      ),
  )
    .addOption(
      new Option('-c, --count <n>', 'how many pings (default: until Ctrl-C)')
        .argParser(countValue(1, 1_000_000))
        .default(Number.POSITIVE_INFINITY, 'until Ctrl-C'),
    )
    .addOption(
      new Option('-i, --interval <seconds>', 'from one ping to the next')
        .argParser(secondsValue)
        .default(1000, '1'),
    )
    .addHelpText(
      'after',
      '\nWith --json: one JSON object per line, the statistics last.' +
        '\nExit codes: 0 at least one answer came, 1 none or no connection, 2 wrong input.',
    )
    .action(async (address: NetworkAddress, flags: PingFlags) => {
      const privateKey = await privateKeyOf(flags, terminal.env);
      const interrupted = untilInterrupted(terminal);
      const controller = new AbortController();
      void interrupted.promise.then(() => controller.abort());
      const say = (line: Record<string, unknown>, text: string) =>
        terminal.out(flags.json === true ? `${JSON.stringify(line)}\n` : `${text}\n`);
      try {
        const statistics = await pingEndpoint({
          address,
          chainId: flags.chainId,
          networkId: flags.network,
          privateKey,
          count: flags.count,
          intervalMs: flags.interval,
          timeoutMs: flags.timeout,
          time: systemTime,
          rng: systemRng,
          signal: controller.signal,
          onPong: (sequence, ms) =>
            say({ event: 'pong', sequence, ms: round(ms) }, `pong ${sequence}: ${ms.toFixed(2)} ms`),
          onLost: (sequence, reason) =>
            say({ event: 'lost', sequence, reason }, `ping ${sequence} got no answer: ${reason}`),
        });
        say({ event: 'statistics', address, ...statistics.toJSON() }, describe(statistics));
        finish(statistics.toJSON().received > 0 ? EXIT_OK : EXIT_FAILED);
      } catch (cause) {
        if (controller.signal.aborted) return finish(EXIT_FAILED);
        throw new CommandFailedError(
          `no connection to ${address} (${errorCode(cause)}); "diemnet check-endpoint" finds out why`,
          { cause: cause as DiemNetError },
        );
      } finally {
        interrupted.cancel();
      }
    });
}

function describe(statistics: PingStatistics): string {
  const { sent, received, lossPercent, minMs, medianMs, maxMs } = statistics.toJSON();
  const counts = `${sent} sent, ${received} answered, ${lossPercent} % lost`;
  return received === 0 ? counts : `${counts}; min/median/max ${minMs}/${medianMs}/${maxMs} ms`;
}
